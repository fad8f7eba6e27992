import type { TaskState } from '../../tasks/index.js';

/** What becomes of a message that should have moved by now. */
export type CallFate =
  /** Its call is on its way. */
  | { readonly kind: 'waits' }
  /** It has no call any more: it gets another. */
  | { readonly kind: 'recall'; readonly why: string }
  /** It must not have another. */
  | { readonly kind: 'end'; readonly status: 'failed' | 'cancelled'; readonly why: string };

/** Judges by the call that the message was given; null: the broker does not know it. */
export function callFate(call: Pick<TaskState, 'state' | 'reason'> | null): CallFate {
  switch (call?.state) {
    case undefined:
      return { kind: 'recall', why: 'the broker has lost its call' };
    case 'queued':
    case 'delayed':
    case 'running':
      return { kind: 'waits' };
    case 'quarantined':
      return {
        kind: 'end',
        status: 'failed',
        why: `its call was quarantined: ${call?.reason ?? 'no reason is known'}`,
      };
    case 'revoked':
      return { kind: 'end', status: 'cancelled', why: 'its call was revoked' };
    default:
      return { kind: 'recall', why: `its call ended (${call?.state}) before it did` };
  }
}
