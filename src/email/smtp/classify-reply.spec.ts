import { describe, expect, it } from 'vitest';
import { classifyReply, isDeadAddress, type ReplyClass } from './classify-reply.js';
import type { SmtpPhase } from './reply.js';

describe('a reply of the SMTP server', () => {
  it.each<[SmtpPhase, number | null, string | null, string, ReplyClass]>([
    ['connect', null, null, 'connect ECONNREFUSED', 'account'],
    ['connect', 554, null, '554 go away', 'account'],
    ['auth', 535, '5.7.8', '535 5.7.8 bad credentials', 'account'],
    ['mail', null, null, 'connection closed', 'account'],
    ['mail', 421, '4.3.2', '421 4.3.2 shutting down', 'account'],
    ['mail', 454, null, '454 throttling failure: maximum sending rate exceeded', 'account'],
    ['mail', 550, '5.7.9', '550 5.7.9 authentication mechanism too weak', 'account'],
    ['mail', 452, '4.3.1', '452 4.3.1 insufficient system storage', 'account'],
    ['content', 550, '5.4.5', '550 5.4.5 daily user sending quota exceeded', 'account'],
    ['content', 451, '4.7.1', '451 4.7.1 too many messages, slow down', 'account'],
    ['mail', 451, null, '451 local error', 'transient'],
    ['mail', 503, null, '503 bad sequence', 'transient'],
    ['content', 451, '4.3.0', '451 4.3.0 queue file write error', 'transient'],
    ['content', 451, '4.7.1', '451 4.7.1 greylisted', 'greylisted'],
    ['rcpt', 450, null, '450 busy', 'greylisted'],
    ['rcpt', 451, '4.7.1', '451 4.7.1 greylisting in action', 'greylisted'],
    ['rcpt', 452, '4.5.3', '452 4.5.3 too many recipients', 'transient'],
    ['rcpt', 552, null, '552 too many recipients', 'transient'],
    ['rcpt', 550, '5.5.3', '550 5.5.3 too many recipients', 'transient'],
    ['rcpt', 452, '4.2.2', '452 4.2.2 over quota', 'transient'],
    ['rcpt', 552, '5.2.2', '552 5.2.2 mailbox full, message quota exceeded', 'soft'],
    ['rcpt', 550, '5.1.1', '550 5.1.1 no such user', 'permanent'],
    ['rcpt', 550, '5.7.1', '550 5.7.1 relaying denied', 'permanent'],
    ['mail', 552, '5.3.4', '552 5.3.4 message too big', 'permanent'],
    ['content', 554, '5.7.1', '554 5.7.1 spam', 'permanent'],
    ['data', 554, null, '554 no valid recipients', 'permanent'],
  ])('at %s: %s %s (%s) is %s', (phase, code, enhancedCode, text, kind) => {
    expect(classifyReply({ phase, code, enhancedCode, text })).toBe(kind);
  });

  it('tells addresses that nobody has', () => {
    expect(['5.1.1', '5.1.2', '5.1.6', '5.1.10'].every(isDeadAddress)).toBe(true);
    expect(['5.2.2', '5.1.7', '4.1.1', null].some(isDeadAddress)).toBe(false);
  });
});
