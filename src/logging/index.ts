export { TaskEventLog } from './task-event-log.js';
