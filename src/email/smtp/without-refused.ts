import type { Verdict } from '../outbox/send-outcome.js';
import type { PreparedEmail } from '../prepare/email-prepare.service.js';

/** The message for those that no server has refused for good: a word of one server's holds for the next. */
export function withoutRefused(prepared: PreparedEmail, verdicts: readonly Verdict[]): PreparedEmail {
  const refused = new Set(verdicts.filter(({ verdict }) => verdict === 'refused').map(({ id }) => id));
  if (refused.size === 0) return prepared;
  const recipients = prepared.recipients.filter(({ id }) => !refused.has(id));
  const envelope = { ...prepared.message.envelope, to: recipients.map(({ address }) => address) };
  return { ...prepared, recipients, message: { ...prepared.message, envelope } };
}
