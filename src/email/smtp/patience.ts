import type { ReplyClass } from './classify-reply.js';
import { retryHint } from './retry-hint.js';

/** How long the server wants to be left alone with a message. */
export interface Patience {
  /** From the least to the most. */
  readonly kind: 'transient' | 'greylisted' | 'soft';
  /** Milliseconds that it named; null: none. */
  readonly hint: number | null;
}

const ORDER = ['transient', 'greylisted', 'soft'] as const;

/** What satisfies all of them; null if there are none. */
export function patienceOf(
  deferred: readonly { readonly kind: ReplyClass; readonly text: string }[],
): Patience | null {
  if (deferred.length === 0) return null;
  const kind = ORDER.findLast((one) => deferred.some((reply) => reply.kind === one)) ?? 'transient';
  const hints = deferred.flatMap(({ text }) => retryHint(text) ?? []);
  return { kind, hint: hints.length === 0 ? null : Math.max(...hints) };
}
