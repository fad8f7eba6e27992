export { cronExpression } from './cron-expression.js';
export { inWords } from './in-words.js';
export { latestSlot, nextSlot } from './slots.js';
export { timezone } from './timezone.js';
export type { When } from './when.js';
