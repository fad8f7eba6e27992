/**
 * Whether the store answered, and said no: the job is gone, is in another state, or its lock is another's.
 * Any other error leaves open whether the operation took place. BullMQ numbers its refusals below zero.
 */
export function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' && code < 0;
}
