/** Why a pending message is not sent yet. */
export function waitingReason(sendAt: Date | null): string {
  return sendAt ? `waiting for a worker, not before ${sendAt.toISOString()}` : 'waiting for a worker';
}
