/** Where a process dies that stores a message. */
export const SENDER_POINTS = ['insert', 'commit', 'enqueue'] as const;
export type SenderPoint = (typeof SENDER_POINTS)[number];

/** Where a worker dies by its own hand: a hook of the module has been told that the step is done. */
export const HOOK_POINTS = [
  'claim',
  'block check',
  'prepare',
  'hand over',
  'answer',
  'mark-sent',
  'job completed',
] as const;
export type HookPoint = (typeof HOOK_POINTS)[number];

/** Where a worker is killed for what has passed between it and the SMTP server. */
export const WIRE_POINTS = [
  'connect',
  'MAIL',
  'RCPT',
  'DATA',
  'mid-body',
  'after the dot',
  'after 250',
] as const;
export type WirePoint = (typeof WIRE_POINTS)[number];

export type WorkerPoint = HookPoint | WirePoint;
export const WORKER_POINTS: readonly WorkerPoint[] = [...HOOK_POINTS, ...WIRE_POINTS];

export const isWirePoint = (point: WorkerPoint): point is WirePoint =>
  (WIRE_POINTS as readonly string[]).includes(point);
