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
});
const rejection = (address: string, responseCode: number): NodemailerError =>
  Object.assign(new Error('no'), {
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
      reason: null,
      verdicts: [
        { id: 'a', verdict: 'accepted', detail: null, code: null },
        { id: 'b', verdict: 'accepted', detail: null, code: null },
      ],
    });
  });

  it('names those it refused, and says of those it put off that they are not tried again', () => {
    const info = {
      response: '250 queued',
      rejected: ['B@example.com', 'c@example.com'],
      rejectedErrors: [rejection('B@example.com', 550), rejection('c@example.com', 450)],
    };
    const outcome = judgeAcceptance(info, [recipient('a'), recipient('B'), recipient('c')]);
    expect(outcome.reason).toBe(
      'not to B@example.com: 550 no; c@example.com: 450 no (not tried again: others have the message)',
    );
    expect(outcome.verdicts.map(({ verdict, code }) => [verdict, code])).toEqual([
      ['accepted', null],
      ['refused', 550],
      ['refused', 450],
    ]);
  });
});
