/** A call that kept the event loop of its process from everything else, until the process ended itself. */
export interface BlockedReport {
  readonly task: string;
  readonly id: string;
  readonly seconds: number;
}

/** Reads `{"blocked":{"task":"images.render","id":"…","seconds":45}}`. */
export function readBlockedReport(line: string): BlockedReport | undefined {
  try {
    const { task, id, seconds } = (JSON.parse(line) as { blocked: Record<string, unknown> }).blocked;
    const known = typeof task === 'string' && typeof id === 'string' && typeof seconds === 'number';
    return known ? { task, id, seconds } : undefined;
  } catch {
    return undefined;
  }
}
