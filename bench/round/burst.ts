/** A stretch of work that was timed. */
export interface Burst {
  readonly calls: number;
  readonly milliseconds: number;
  /** Processor time of the process, in microseconds. */
  readonly cpu: number;
}

/** A moment, and the processor time the process had used by then. */
export interface Moment {
  readonly at: number;
  readonly cpu: NodeJS.CpuUsage;
}

export const now = (): Moment => ({ at: performance.now(), cpu: process.cpuUsage() });

export function burstSince(began: Moment, calls: number): Burst {
  const cpu = process.cpuUsage(began.cpu);
  return { calls, milliseconds: performance.now() - began.at, cpu: cpu.user + cpu.system };
}
