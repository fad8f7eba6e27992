import { describe, expect, it } from 'vitest';
import { type AcceptedEmail, isClean, judge, type LoggedMessage } from '../../src/app/demo/verdict.js';

const accepted = (token: string, expected: AcceptedEmail['expected'] = 'once'): AcceptedEmail => ({
  id: `id-${token}`,
  token,
  to: `${token}@example.org`,
  expected,
});
const arrived = (token: string | undefined, recipients = [`${token}@example.org`]): LoggedMessage => ({
  token,
  recipients,
  messageId: '<m@example.org>',
  time: 0,
});

describe("the demo's verdict", () => {
  it.each([
    ['an e-mail that arrived once', [accepted('a')], [arrived('a')]],
    ['an e-mail that must not arrive and did not', [accepted('a', 'never')], []],
    ['nothing at all', [], []],
  ])('is clean for %s', (_, emails, log) => {
    expect(isClean(judge(emails, log))).toBe(true);
  });

  it.each([
    ['lost', 'that never arrived', [accepted('a'), accepted('b')], [arrived('b')], 'id-a'],
    [
      'doubled',
      'that arrived twice',
      [accepted('a')],
      [arrived('a'), arrived('a')],
      'id-a (a) to a@example.org: 2',
    ],
    ['unexpected', 'that must not arrive and did', [accepted('a', 'never')], [arrived('a')], 'id-a'],
    ['unexpected', 'that arrived at somebody else', [accepted('a')], [arrived('a', ['b@example.org'])], 'b@'],
    [
      'unexpected',
      'that arrived at too many',
      [accepted('a')],
      [arrived('a', ['a@example.org', 'c@x.org'])],
      'c@',
    ],
    ['unexpected', 'that nobody asked for', [], [arrived('z')], '<m@example.org>'],
    ['unexpected', 'that nothing names', [], [arrived(undefined, ['a@example.org'])], '<m@example.org>'],
  ] as const)('calls %s what %s', (kind, _, emails, log, named) => {
    const verdict = judge(emails, log);
    const found = Object.entries(verdict).filter(([, findings]) => findings.length > 0);
    expect(found.map(([name]) => name)).toEqual([kind]);
    expect(verdict[kind]).toHaveLength(1);
    expect(verdict[kind][0]).toContain(named);
    expect(isClean(verdict)).toBe(false);
  });

  it('calls a forbidden e-mail that arrived twice both doubled and unexpected', () => {
    const verdict = judge([accepted('a', 'never')], [arrived('a'), arrived('a')]);
    expect([verdict.lost.length, verdict.doubled.length, verdict.unexpected.length]).toEqual([0, 1, 1]);
  });
});
