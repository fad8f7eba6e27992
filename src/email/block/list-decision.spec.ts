import { describe, expect, it } from 'vitest';
import { decideByLists } from './list-decision.js';
import type { BlockListEntry } from './list-entry.js';

const allow = (pattern: string): BlockListEntry => ({ pattern, list: 'allow', reason: null });
const deny = (pattern: string, reason: string | null = null): BlockListEntry => ({
  pattern,
  list: 'deny',
  reason,
});

describe('the lists', () => {
  it.each<[string, BlockListEntry[], object]>([
    [
      'say nothing of an address they do not hold',
      [deny('b@example.com'), allow('@example.org')],
      { kind: 'open' },
    ],
    [
      'deny an address',
      [deny('a@example.com', 'bounced')],
      { kind: 'denied', reason: 'on the deny list (bounced)' },
    ],
    ['deny a domain', [deny('@example.com')], { kind: 'denied', reason: '@example.com is on the deny list' }],
    ['do not deny a subdomain', [deny('@com')], { kind: 'open' }],
    ['exempt an allowed address', [allow('a@example.com')], { kind: 'exempt' }],
    ['exempt an allowed domain', [allow('@example.com')], { kind: 'exempt' }],
    [
      'let an allowed address through its denied domain',
      [deny('@example.com'), allow('a@example.com')],
      { kind: 'exempt' },
    ],
    [
      'keep a denied address out of its allowed domain',
      [allow('@example.com'), deny('a@example.com')],
      { kind: 'denied', reason: 'on the deny list' },
    ],
    [
      'deny by a wildcard, and say which',
      [deny('*@*ample.com', 'test')],
      { kind: 'denied', reason: '*@*ample.com is on the deny list (test)' },
    ],
    ['exempt by a wildcard', [allow('a@*')], { kind: 'exempt' }],
    [
      'let what is denied by a wildcard beat what is allowed by its domain',
      [allow('@example.com'), deny('*@*.com')],
      { kind: 'denied', reason: '*@*.com is on the deny list' },
    ],
  ])('%s', (_what, entries, decision) => {
    expect(decideByLists('a@example.com', entries)).toEqual(decision);
  });
});
