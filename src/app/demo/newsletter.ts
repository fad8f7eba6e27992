import { randomBytes } from 'node:crypto';

/** Kinds of recipients, how many e-mails each gets, and what the demo says of them. */
export const GROUPS = {
  reader: { emails: 120, label: 'ordinary readers' },
  flaky: { emails: 16, label: 'put off by the server once (451)' },
  twice: { emails: 10, label: 'asked for twice, with one idempotency key' },
  repeated: { emails: 20, label: 'one address again and again, within the limit' },
  excess: { emails: 10, label: 'one address again and again, beyond the limit' },
  denied: { emails: 12, label: 'on the deny list' },
  refused: { emails: 12, label: 'refused by the server for good (550)' },
} as const;

export type Group = keyof typeof GROUPS;

/** What the SMTP server of the demo must see of an e-mail. */
export type Expectation = 'once' | 'never';

export interface PlannedEmail {
  readonly group: Group;
  readonly to: string;
  /** Stands in subject and body, so that the server's log names the e-mail without help from the application. */
  readonly token: string;
  readonly expected: Expectation;
}

/** What one address may get. */
export const PER_RECIPIENT = { emails: 2, text: '2/10m' };

/** E-mails that may begin in a second. */
export const SEND_RATE = { perSecond: 40, text: '40/s' };

const NEVER: ReadonlySet<Group> = new Set<Group>(['excess', 'denied', 'refused']);

/** The newsletter: 200 e-mails of all kinds, mixed; those to one address keep their order. */
export function planNewsletter(): PlannedEmail[] {
  const planned: PlannedEmail[] = [];
  const sentTo = new Map<string, number>();
  for (const to of mixed(addresses())) {
    const before = sentTo.get(to) ?? 0;
    sentTo.set(to, before + 1);
    const kind = to.slice(0, to.indexOf('-')) as Group;
    const group = kind === 'repeated' && before >= PER_RECIPIENT.emails ? 'excess' : kind;
    planned.push({ group, to, token: newToken(), expected: NEVER.has(group) ? 'never' : 'once' });
  }
  return planned;
}

export function deniedAddresses(plan: readonly PlannedEmail[]): string[] {
  return plan.filter(({ group }) => group === 'denied').map(({ to }) => to);
}

/** @returns the tokens a text holds */
export function tokensIn(text: string): string[] {
  return [...text.matchAll(/\bdemo-[0-9a-f]{16}\b/g)].map(([token]) => token);
}

function newToken(): string {
  return `demo-${randomBytes(8).toString('hex')}`;
}

function addresses(): string[] {
  const single = (['reader', 'flaky', 'twice', 'denied', 'refused'] as const).flatMap((group) =>
    Array.from({ length: GROUPS[group].emails }, (_, n) => address(group, n)),
  );
  const often = Array.from({ length: GROUPS.repeated.emails + GROUPS.excess.emails }, (_, n) =>
    address('repeated', n % GROUPS.excess.emails),
  );
  return [...single, ...often];
}

function address(group: Group, number: number): string {
  return `${group}-${number + 1}@example.org`;
}

/** The same mixture every time: steps of a length coprime with the number of items. */
function mixed<T>(items: readonly T[]): T[] {
  return items.map((_, index) => items[(index * 37) % items.length]!);
}
