import type { NodemailerError } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import { judgeFailure } from './judge-failure.js';

const recipient = (id: string): ClaimedRecipient => ({
  id,
  kind: 'to',
  name: null,
  address: `${id}@example.com`,
  normalised: `${id}@example.com`,
  verdict: null,
  detail: null,
  cleared: false,
  enhancedCode: null,
});
const [a, b] = [recipient('a'), recipient('b')];

const error = (fields: Partial<NodemailerError>): NodemailerError =>
  Object.assign(new Error(fields.message ?? 'it did not work'), fields);
const reply = (code: string, responseCode: number, command = 'DATA'): NodemailerError =>
  error({
    code,
    command,
    responseCode,
    response: `${responseCode} words`,
    permanent: responseCode >= 500 && responseCode !== 503,
  });
const rejection = (who: string, responseCode: number): NodemailerError =>
  Object.assign(reply('EENVELOPE', responseCode, 'RCPT TO'), { recipient: `${who}@example.com` });

const judge = (failure: NodemailerError, recipients = [a], complete = false) =>
  judgeFailure(failure, recipients, complete);

/* What nodemailer tells of each way to fail, measured: one row for each. */
describe('a message that was not accepted', () => {
  it.each<[string, NodemailerError, 'refused' | 'transient' | 'unavailable']>([
    [
      'no connection',
      error({ code: 'ESOCKET', command: 'CONN', originalCode: 'ECONNREFUSED' }),
      'unavailable',
    ],
    ['closed before the greeting', error({ code: 'ECONNECTION', command: 'CONN' }), 'unavailable'],
    ['greeted with 421', reply('EPROTOCOL', 421, 'CONN'), 'unavailable'],
    ['greeted with 554', reply('EPROTOCOL', 554, 'CONN'), 'unavailable'],
    ['no greeting', error({ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' }), 'unavailable'],
    ['TLS trouble', error({ code: 'ETLS' }), 'unavailable'],
    ['login refused', reply('EAUTH', 535, 'AUTH PLAIN'), 'unavailable'],
    ['no credentials', error({ code: 'EAUTH', command: 'API' }), 'unavailable'],
    ['MAIL 421', reply('EENVELOPE', 421, 'MAIL FROM'), 'unavailable'],
    ['MAIL 451', reply('EENVELOPE', 451, 'MAIL FROM'), 'transient'],
    ['MAIL 530, login required', reply('EENVELOPE', 530, 'MAIL FROM'), 'unavailable'],
    ['MAIL 550', reply('EENVELOPE', 550, 'MAIL FROM'), 'refused'],
    ['MAIL 552', reply('EENVELOPE', 552, 'MAIL FROM'), 'refused'],
    ['MAIL 503, wrong state', reply('EENVELOPE', 503, 'MAIL FROM'), 'transient'],
    ['DATA 451', reply('EENVELOPE', 451), 'transient'],
    ['closed after DATA', error({ code: 'ECONNECTION', command: 'CONN' }), 'unavailable'],
    ['final dot 421', reply('EMESSAGE', 421), 'unavailable'],
    ['final dot 451', reply('EMESSAGE', 451), 'transient'],
    ['final dot 554', reply('EMESSAGE', 554), 'refused'],
    ['larger than the server allows', error({ code: 'EMESSAGE', command: 'MAIL FROM' }), 'refused'],
    ['a body that names a file', error({ code: 'EFILEACCESS' }), 'refused'],
    ['an error of any other kind', new TypeError('no'), 'transient'],
  ])('%s', (_what, failure, kind) => {
    expect(judge(failure)).toMatchObject({ kind });
  });

  it.each<[string, NodemailerError]>([
    ['closed', error({ code: 'ECONNECTION', command: 'CONN' })],
    ['silent', error({ code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' })],
    ['broken off', error({ code: 'EABORT' })],
  ])(
    'has a fate that nobody knows if its content was on its way, and the connection is %s',
    (_what, failure) => {
      expect(judge(failure, [a], true)).toMatchObject({ kind: 'ambiguous', verdicts: [] });
      expect(judge(failure, [a], false).kind).toBe('unavailable');
    },
  );

  it.each([421, 451, 554])('but not with a %i in answer to it', (code) => {
    expect(judge(reply('EMESSAGE', code), [a], true).kind).not.toBe('ambiguous');
  });

  it('is refused when every recipient is refused for good, each with the code and the words', () => {
    const failure = Object.assign(reply('EENVELOPE', 550, 'RCPT TO'), {
      rejectedErrors: [rejection('a', 550), rejection('b', 553)],
    });
    expect(judge(failure, [a, b])).toEqual({
      kind: 'refused',
      reason: 'refused by the SMTP server: a@example.com: 550 words; b@example.com: 553 words',
      verdicts: [
        { id: 'a', verdict: 'refused', detail: '550 words', code: 550, enhancedCode: null },
        { id: 'b', verdict: 'refused', detail: '553 words', code: 553, enhancedCode: null },
      ],
    });
  });

  it('is tried again for the recipients that were only put off', () => {
    const failure = Object.assign(reply('EENVELOPE', 450, 'RCPT TO'), {
      rejectedErrors: [rejection('a', 450), rejection('b', 550)],
    });
    expect(judge(failure, [a, b])).toMatchObject({
      kind: 'transient',
      verdicts: [
        { id: 'a', verdict: 'deferred', code: 450 },
        { id: 'b', verdict: 'refused', code: 550 },
      ],
      wait: { kind: 'greylisted', hint: null },
    });
  });

  it('keeps what is said of one recipient when the server closes down at another', () => {
    const failure = Object.assign(reply('EENVELOPE', 421, 'RCPT TO'), {
      rejectedErrors: [rejection('a', 550), rejection('b', 421)],
    });
    expect(judge(failure, [a, b])).toMatchObject({
      kind: 'unavailable',
      verdicts: [{ id: 'a', verdict: 'refused' }],
    });
  });

  it('is refused by a mailbox that is full for the second time', () => {
    const full = Object.assign(reply('EENVELOPE', 552, 'RCPT TO'), { response: '552 5.2.2 mailbox full' });
    expect(judge(full)).toMatchObject({ kind: 'transient', wait: { kind: 'soft' } });
    const again = { ...a, verdict: 'deferred', enhancedCode: '5.2.2' } as const;
    expect(judge(full, [again])).toMatchObject({ kind: 'refused', verdicts: [{ enhancedCode: '5.2.2' }] });
  });

  it('has a reason of one line that the database takes', () => {
    const failure = Object.assign(reply('EMESSAGE', 554), {
      response: `554-a\r\n554 b${String.fromCharCode(0)}`,
    });
    expect(judge(failure).reason).toBe('refused by the SMTP server: 554-a 554 b\uFFFD');
  });

  it('names the system error of a failed connection', () => {
    const failure = error({ message: 'connect ECONNREFUSED', code: 'ESOCKET', originalCode: 'ECONNREFUSED' });
    expect(judge(failure).reason).toBe('connect ECONNREFUSED (ECONNREFUSED)');
  });
});
