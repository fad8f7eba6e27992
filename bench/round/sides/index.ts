import type { SideName } from '../order.js';
import { bare } from './bare.js';
import { celeriac } from './celeriac.js';
import { limited } from './limited.js';
import { watched } from './watched.js';
import type { Side } from './side.js';

export const SIDE: Record<SideName, Side> = { bare, celeriac, limited, crowded: celeriac, watched };
