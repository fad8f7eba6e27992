import { conformance } from './conformance.js';

conformance({ broker: 'postgres', lying: true });
