import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmailStatus, RecipientVerdict } from '../../src/email/index.js';
import { until } from '../support/until.js';
import { Outbox } from './support/outbox.js';
import { ScriptedSmtp } from './support/scripted-smtp.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Row {
  readonly server: string;
  readonly script: ScriptedSmtp['script'] | 'away';
  readonly status: EmailStatus;
  /** Milliseconds until the next attempt, at least and at most. */
  readonly next?: readonly [number, number];
  readonly verdicts?: readonly (RecipientVerdict | null)[];
  /** Counted by the breaker as a trouble of the server's. */
  readonly outage?: true;
}

const SOON = [1 * SECOND, 2 * SECOND] as const;
const GREYLISTED = [5 * MINUTE, 5.5 * MINUTE] as const;
const outage = (server: string, script: Row['script']): Row => ({
  server,
  script,
  status: 'deferred',
  next: SOON,
  verdicts: [null, null],
  outage: true,
});
const transient = (server: string, script: Row['script'], next: readonly [number, number] = SOON): Row => ({
  server,
  script,
  status: 'deferred',
  next,
  verdicts: ['deferred', 'deferred'],
});
const permanent = (server: string, script: Row['script']): Row => ({
  server,
  script,
  status: 'failed',
  verdicts: ['refused', 'refused'],
});
const unknown = (server: string, script: Row['script']): Row => ({
  server,
  script,
  status: 'unknown',
  verdicts: [null, null],
});
/** To the second of the two recipients. */
const toB = (reply: string) => ({ rcpt: (address: string) => (address.startsWith('b') ? reply : undefined) });

const ROWS: readonly Row[] = [
  outage('is away', 'away'),
  outage('closes before its greeting', { greeting: 'drop' }),
  outage('greets with 421', { greeting: '421 4.3.2 too busy' }),
  outage('greets with 554', { greeting: '554 go away' }),
  outage('does not greet', { greeting: 'silence' }),
  outage('greets a byte at a time', { greeting: { drip: '220 hello', every: 100 } }),
  outage('does not answer EHLO', { ehlo: 'silence' }),
  outage('refuses the login', { auth: '535 5.7.8 wrong' }),
  outage('puts the login off', { auth: '454 4.7.0 later' }),
  outage('answers MAIL with 421', { mail: '421 4.3.2 closing' }),
  outage('answers MAIL with 530', { mail: '530 5.7.0 log in first' }),
  outage('is full', { mail: '452 4.3.1 no space left' }),
  outage('throttles', { mail: '454 throttling failure: maximum sending rate exceeded' }),
  outage('closes at MAIL', { mail: 'drop' }),
  outage('closes at RCPT', { rcpt: 'drop' }),
  outage('closes at DATA', { data: 'drop' }),
  outage('does not answer DATA', { data: 'silence' }),
  transient('answers MAIL with 450', { mail: '450 4.0.0 busy' }),
  transient('answers MAIL with 451', { mail: '451 4.3.0 local error' }),
  transient('answers MAIL with 503', { mail: '503 5.5.1 bad sequence' }),
  permanent('answers MAIL with 550', { mail: '550 5.7.1 no such sender' }),
  permanent('answers MAIL with 552', { mail: '552 5.3.4 too big' }),
  permanent('answers MAIL with 554', { mail: '554 no' }),
  transient('answers RCPT with 450', { rcpt: '450 4.2.0 greylisted' }, GREYLISTED),
  transient('answers RCPT with 451', { rcpt: '451 4.7.1 greylisted' }, GREYLISTED),
  transient('names a time at RCPT', { rcpt: '450 4.7.1 try again in 300 seconds' }, [
    301 * SECOND,
    331 * SECOND,
  ]),
  transient('answers RCPT with 452', { rcpt: '452 4.5.3 too many recipients' }),
  transient('answers RCPT with 552 5.2.2', { rcpt: '552 5.2.2 mailbox full' }, [60 * MINUTE, 66 * MINUTE]),
  permanent('answers RCPT with 550', { rcpt: '550 5.1.1 no such user' }),
  permanent('answers RCPT with 553', { rcpt: '553 5.1.3 bad address' }),
  permanent('answers RCPT with 554', { rcpt: '554 5.7.1 denied' }),
  {
    server: 'takes one, refuses the other',
    script: toB('550 5.1.1 no such user'),
    status: 'sent',
    verdicts: ['accepted', 'refused'],
  },
  {
    server: 'takes one, puts off the other',
    script: toB('450 4.2.0 busy'),
    status: 'deferred',
    next: GREYLISTED,
    verdicts: ['accepted', 'deferred'],
  },
  {
    server: 'refuses one, puts off the other',
    script: { rcpt: (address: string) => (address.startsWith('b') ? '450 4.2.0 busy' : '550 5.1.1 unknown') },
    status: 'deferred',
    next: GREYLISTED,
    verdicts: ['refused', 'deferred'],
  },
  transient('answers DATA with 451', { data: '451 4.3.0 later' }),
  permanent('answers DATA with 554', { data: '554 5.5.1 no valid recipients' }),
  outage('answers the final dot with 421', { dot: '421 4.3.2 closing' }),
  transient('answers the final dot with 450', { dot: '450 4.0.0 later' }),
  transient('answers the final dot with 451', { dot: '451 4.3.0 later' }),
  transient('answers the final dot with 452', { dot: '452 4.0.0 later' }),
  permanent('answers the final dot with 550', { dot: '550 5.7.1 spam' }),
  permanent('answers the final dot with 552', { dot: '552 5.3.4 too big' }),
  permanent('answers the final dot with 554', { dot: '554 5.6.0 malformed' }),
  outage('has spent the account’s quota', { dot: '550 5.4.5 daily user sending quota exceeded' }),
  unknown('closes after the final dot', { dot: 'drop' }),
  unknown('is silent after the final dot', { dot: 'silence' }),
  unknown('says nonsense after the final dot', { dot: 'what?' }),
  {
    server: 'has a banner of 300 kB, and agrees',
    script: { greeting: '220 '.padEnd(300_000, 'x') },
    status: 'sent',
    verdicts: ['accepted', 'accepted'],
  },
  { server: 'agrees', script: {}, status: 'sent', verdicts: ['accepted', 'accepted'] },
  {
    server: 'agrees a byte at a time',
    script: { dot: { drip: '250 taken', every: 30 } },
    status: 'sent',
    verdicts: ['accepted', 'accepted'],
  },
];

describe('a message to an SMTP server that', () => {
  const outbox = new Outbox();
  const server = new ScriptedSmtp();
  const table: string[] = [];
  beforeAll(async () => {
    await server.start();
    await outbox.start({
      transport: `smtp://user:secret@127.0.0.1:${server.port}?socketTimeout=500&greetingTimeout=300`,
      handOverTimeout: '700ms',
    });
  });
  afterAll(async () => {
    await outbox.stop();
    await server.stop();
    process.stdout.write(`\n${table.join('\n')}\n`);
  });
  beforeEach(async () => {
    server.reset();
    await outbox.reset();
    await outbox.breakers.close('email.send');
  });

  it.each(ROWS)('$server: $status', async (row) => {
    const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
    if (row.script === 'away') await server.stop();
    else server.script = row.script;
    const before = Date.now();
    await outbox.run(id).catch((error: unknown) => error);
    const { status, reason, nextAttemptOn, recipients, emailHasBeenSent } = await outbox.view(id);
    const next = nextAttemptOn === null ? null : nextAttemptOn.getTime() - before;
    const { failures } = await outbox.breakers.get('email.send');
    if (row.script === 'away') await server.start();

    const wait = next === null ? '' : `${Math.round(next / SECOND)} s`;
    const words = reason?.slice(0, 90) ?? '';
    table.push(
      `${row.server.padEnd(38)} ${status.padEnd(9)} ${wait.padStart(7)}  ${failures ? 'outage' : '      '}  ${words}`,
    );
    expect(status).toBe(row.status);
    expect(emailHasBeenSent).toBe(status === 'sent');
    if (status !== 'sent') expect(reason).toMatch(/\w{3}/);
    expect(recipients.map(({ verdict }) => verdict)).toEqual(row.verdicts);
    expect(failures).toBe(row.outage ? 1 : 0);
    if (!row.next) expect(next).toBeNull();
    else {
      const slack = 3 * SECOND;
      expect(next).toBeGreaterThanOrEqual(row.next[0] - 50);
      expect(next).toBeLessThanOrEqual(row.next[1] + slack);
    }
    // The server notes it when the last byte of its answer is on its way.
    if (row.verdicts?.includes('accepted')) await until(() => server.taken.length === 1);
    else expect(server.taken).toEqual([]);
  });
});
