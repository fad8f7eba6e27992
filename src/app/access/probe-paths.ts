/** What orchestrators ask for: open to everybody, so it tells nothing else. */
export const PROBE_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/health/startup']);
