import { describe, expect, it } from 'vitest';
import { deniedAddresses, GROUPS, planNewsletter, tokensIn } from '../../src/app/demo/newsletter.js';

describe("the demo's newsletter", () => {
  const plan = planNewsletter();

  it('has 200 e-mails, as many of each kind as announced', () => {
    expect(plan).toHaveLength(200);
    for (const [group, { emails }] of Object.entries(GROUPS))
      expect(plan.filter((email) => email.group === group)).toHaveLength(emails);
  });

  it('gives every e-mail a token of its own, which is found in its text', () => {
    expect(new Set(plan.map(({ token }) => token)).size).toBe(200);
    for (const { token } of plan) expect(tokensIn(`Our newsletter (${token})`)).toEqual([token]);
  });

  it('expects the first two e-mails to a repeated address, and no further one', () => {
    const repeated = plan.filter(({ to }) => to === 'repeated-1@example.org');
    expect(repeated.map(({ expected }) => expected)).toEqual(['once', 'once', 'never']);
  });

  it('expects nothing at denied and refused addresses', () => {
    const never = plan.filter(({ to }) => /^(denied|refused)-/.test(to));
    expect(never).toHaveLength(24);
    expect(never.every(({ expected }) => expected === 'never')).toBe(true);
    expect(deniedAddresses(plan)).toHaveLength(12);
  });
});
