import { hostname } from 'node:os';

/** This process, for logs, tags and heartbeats: `web-1:4711`. */
export const processName = (): string => `${hostname()}:${process.pid}`;
