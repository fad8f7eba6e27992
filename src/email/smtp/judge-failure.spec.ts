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

/* The table of research/email-sentry-health.md §2.2, row by row. */
describe('a message that was not sent', () => {
  it.each<[string, NodemailerError, 'refused' | 'transient']>([
    ['no connection', error({ code: 'ESOCKET', command: 'CONN', originalCode: 'ECONNREFUSED' }), 'transient'],
    ['closed before the greeting', error({ code: 'ECONNECTION', command: 'CONN' }), 'transient'],
    ['greeted with 421', reply('EPROTOCOL', 421, 'CONN'), 'transient'],
    ['greeted with 554', reply('EPROTOCOL', 554, 'CONN'), 'transient'],
    ['no greeting', error({ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' }), 'transient'],
    ['TLS trouble', error({ code: 'ETLS' }), 'transient'],
    ['login refused', reply('EAUTH', 535, 'AUTH PLAIN'), 'transient'],
    ['no credentials', error({ code: 'EAUTH', command: 'API' }), 'transient'],
    ['MAIL 451', reply('EENVELOPE', 451, 'MAIL FROM'), 'transient'],
    ['MAIL 530, login required', reply('EENVELOPE', 530, 'MAIL FROM'), 'transient'],
    ['MAIL 550', reply('EENVELOPE', 550, 'MAIL FROM'), 'refused'],
    ['MAIL 552', reply('EENVELOPE', 552, 'MAIL FROM'), 'refused'],
    ['MAIL 503, wrong state', reply('EENVELOPE', 503, 'MAIL FROM'), 'transient'],
    ['DATA 451', reply('EENVELOPE', 451), 'transient'],
    ['final dot 421', reply('EMESSAGE', 421), 'transient'],
    ['final dot 451', reply('EMESSAGE', 451), 'transient'],
    ['final dot 554', reply('EMESSAGE', 554), 'refused'],
    ['no answer to the final dot', error({ code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }), 'transient'],
    ['larger than the server allows', error({ code: 'EMESSAGE', command: 'MAIL FROM' }), 'refused'],
    ['a body that names a file', error({ code: 'EFILEACCESS' }), 'refused'],
    ['an error of any other kind', new TypeError('no'), 'transient'],
  ])('%s', (_what, failure, kind) => {
    expect(judgeFailure(failure, [a])).toMatchObject({ kind, verdicts: [] });
  });

  it('is refused when every recipient is refused for good, each with the code and the words', () => {
    const failure = Object.assign(reply('EENVELOPE', 550, 'RCPT TO'), {
      rejectedErrors: [rejection('a', 550), rejection('b', 553)],
    });
    expect(judgeFailure(failure, [a, b])).toEqual({
      kind: 'refused',
      reason: 'refused by the SMTP server: a@example.com: 550 words; b@example.com: 553 words',
      verdicts: [
        { id: 'a', verdict: 'refused', detail: '550 words', code: 550 },
        { id: 'b', verdict: 'refused', detail: '553 words', code: 553 },
      ],
    });
  });

  it('is tried again for the recipients that were only put off', () => {
    const failure = Object.assign(reply('EENVELOPE', 450, 'RCPT TO'), {
      rejectedErrors: [rejection('a', 450), rejection('b', 550)],
    });
    expect(judgeFailure(failure, [a, b])).toMatchObject({
      kind: 'transient',
      verdicts: [{ id: 'b', verdict: 'refused' }],
    });
  });

  it('has a reason of one line that the database takes', () => {
    const failure = Object.assign(reply('EMESSAGE', 554), {
      response: `554-a\r\n554 b${String.fromCharCode(0)}`,
    });
    expect(judgeFailure(failure, [a]).reason).toBe('refused by the SMTP server: 554-a 554 b\uFFFD');
  });

  it('names the system error of a failed connection', () => {
    const failure = error({ message: 'connect ECONNREFUSED', code: 'ESOCKET', originalCode: 'ECONNREFUSED' });
    expect(judgeFailure(failure, [a]).reason).toBe('connect ECONNREFUSED (ECONNREFUSED)');
  });
});
