// One side of the comparison, in a process of its own.
import { sendBare } from './bare.js';
import { sendWithCeleriac } from './celeriac.js';
import type { EmailOrder } from './order.js';

const order = JSON.parse(process.argv[2] ?? '') as EmailOrder;
const figures = await (order.side === 'bare' ? sendBare(order) : sendWithCeleriac(order));
process.send?.(figures, () => process.exit());
