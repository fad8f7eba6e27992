export * from './order.js';
export type { BacklogBurst } from './backlog.js';
export type { Burst } from './burst.js';
export { bareQueue } from './sides/bare-connection.js';
export { SIDE } from './sides/index.js';
export type { Caller } from './sides/side.js';
