// A thread of a child process: ends the process group when its parent is gone, however busy the main thread is.
import { workerData } from 'node:worker_threads';

const INTERVAL = 250;
const { parent } = workerData as { parent: number };

setInterval(() => {
  if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL');
}, INTERVAL);
