export { type Launch, takeLaunch } from './launch.js';
export type { FromWorker, ToWorker } from './messages.js';
export { guarded, type ProbeAnswer, type ProbeRoutes, ProbeServer } from './probe-server.js';
export { PULSE_INTERVAL } from './pulse.js';
export { STOP_SIGNALS } from './stop-stage.js';
export { Supervisor } from './supervisor.js';
