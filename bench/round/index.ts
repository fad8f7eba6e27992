export * from './order.js';
export type { Burst } from './burst.js';
export { SIDE } from './sides/index.js';
export type { Caller } from './sides/side.js';
