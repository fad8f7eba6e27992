import type { ApiClient } from './api-client.js';
import type { PlannedEmail } from './newsletter.js';
import type { AcceptedEmail } from './verdict.js';

/** An accepted e-mail, and what kind it is. */
export type SubmittedEmail = AcceptedEmail & Pick<PlannedEmail, 'group'>;

const REQUESTS_AT_ONCE = 8;

/** One POST for each e-mail, several at once; those to one address in order, because the limit goes by order. */
export async function submit(
  plan: readonly PlannedEmail[],
  client: ApiClient,
  onAccepted: (count: number) => void,
): Promise<SubmittedEmail[]> {
  const accepted: SubmittedEmail[] = [];
  const lastTo = new Map<string, Promise<unknown>>();
  const queue = plan.values();
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  return accepted;

  async function work(): Promise<void> {
    for (const email of queue) {
      const before = lastTo.get(email.to);
      const posted = Promise.resolve(before).then(() => post(email, client));
      lastTo.set(email.to, posted);
      accepted.push({ ...email, id: await posted });
      onAccepted(accepted.length);
    }
  }
}

async function post({ group, to, token }: PlannedEmail, client: ApiClient): Promise<string> {
  const email = {
    to,
    subject: `Our newsletter (${token})`,
    text: `Good news for ${to}.\n\n${token}\n`,
    idempotencyKey: token,
  };
  const { id } = await client.send(email);
  if (group !== 'twice') return id;
  const second = await client.send(email);
  if (second.id !== id || !second.duplicate)
    throw new Error(`The key ${token} was used for ${id} and ${second.id}.`);
  return id;
}
