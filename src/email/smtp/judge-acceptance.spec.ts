import type { NodemailerError } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import { judgeAcceptance } from './judge-acceptance.js';

const recipient = (id: string): ClaimedRecipient => ({
  id,
  kind: 'to',
  name: null,
  address: `${id}@example.com`,
  normalised: `${id.toLowerCase()}@example.com`,
  verdict: null,
  detail: null,
  cleared: false,
  enhancedCode: null,
});
const rejection = (address: string, responseCode: number): NodemailerError =>
  Object.assign(new Error('no'), {
    code: 'EENVELOPE',
    command: 'RCPT TO',
    recipient: address,
    responseCode,
    response: `${responseCode} no`,
    permanent: responseCode >= 500,
  });

describe('a message the server took', () => {
  it('is accepted for all recipients it did not refuse', () => {
    expect(
      judgeAcceptance({ response: '250 queued', rejected: [] }, [recipient('a'), recipient('b')]),
    ).toEqual({
      kind: 'accepted',
      response: '250 queued',
      wait: null,
      verdicts: [
        { id: 'a', verdict: 'accepted', detail: null, code: null, enhancedCode: null },
        { id: 'b', verdict: 'accepted', detail: null, code: null, enhancedCode: null },
      ],
    });
  });

  it('is put off for those the server may take later, and refused for the others', () => {
    const info = {
      response: '250 queued',
      rejected: ['B@example.com', 'c@example.com'],
      rejectedErrors: [rejection('B@example.com', 550), rejection('c@example.com', 450)],
    };
    const outcome = judgeAcceptance(info, [recipient('a'), recipient('B'), recipient('c')]);
    expect(outcome.wait).toEqual({ kind: 'greylisted', hint: null });
    expect(outcome.verdicts.map(({ verdict, code }) => [verdict, code])).toEqual([
      ['accepted', null],
      ['refused', 550],
      ['deferred', 450],
    ]);
  });

  it('is put off for one at whom the server was closing down', () => {
    const info = {
      response: '250 queued',
      rejected: ['b@example.com'],
      rejectedErrors: [rejection('b@example.com', 421)],
    };
    const { verdicts, wait } = judgeAcceptance(info, [recipient('a'), recipient('b')]);
    expect(verdicts).toMatchObject([{ verdict: 'accepted' }, { verdict: 'deferred', code: 421 }]);
    expect(wait).not.toBeNull();
  });
});
