/** How lines are written: one JSON object a line, for machines; or for people. @publicApi */
export type LogFormat = 'json' | 'pretty';

const VARIABLE = 'CELERIAC_LOG_FORMAT';

/** What the environment says: the processes of a worker are told by it. Defaults to `pretty`. */
export const logFormat = (): LogFormat => (process.env[VARIABLE] === 'json' ? 'json' : 'pretty');

/** For this process, and for those it starts. */
export function setLogFormat(format: LogFormat): void {
  process.env[VARIABLE] = format;
}
