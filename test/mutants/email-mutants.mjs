// What the tests of e-mail must not survive.

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const EMAIL_MUTANTS = [
  {
    title: 'e-mail: the hand-over does not ask whose the message is',
    file: 'email/outbox/transitions.sql.js',
    from: /WHERE m\.id = mine\.id AND m\.claim_token = mine\.token\s+AND m\.status IN \('claimed', 'handed_over'\) AND m\.claimed_until > clock_timestamp\(\)/,
    to: 'WHERE m.id = mine.id',
    suite: 'email/hand-over.spec',
  },
  {
    title: 'e-mail: the content does not wait for the hand-over',
    file: 'email/smtp/content-gate.js',
    from: /await this\.open\(\);/,
    to: 'this.open().catch(() => undefined);',
    suite: 'email/hand-over.spec',
  },
  {
    title: 'e-mail: no answer is a trouble that passes',
    file: 'email/smtp/judge-failure.js',
    from: /if \(complete && !error\.responseCode\)/,
    to: 'if (false)',
    suite: 'email/hand-over.spec',
  },
  {
    title: 'e-mail: a claim is not renewed',
    file: 'email/outbox/claim-keeper.js',
    from: /this\.interval = Math\.ceil\(claimLease \/ 3\);/,
    to: 'this.interval = 2 ** 30;',
    suite: 'email/hand-over.spec',
  },
  {
    title: 'e-mail: a claim keeps nobody out',
    file: 'email/outbox/transitions.sql.js',
    from: /\(m\.status = 'claimed' AND \(m\.claimed_until < clock_timestamp\(\) OR m\.claim_token = wanted\.token\)\)/,
    to: "m.status = 'claimed'",
    suite: 'email/sending.spec',
  },
  {
    title: 'e-mail: those who have it get it again',
    file: 'email/outbox/claimed-email.js',
    from: /verdict === null \|\| verdict === 'deferred'/,
    to: "verdict !== 'blocked'",
    suite: 'email/sending.spec',
  },
  {
    title: 'e-mail: calls that are gone stay gone',
    file: 'email/recovery/email-reconciler.js',
    from: /const changed = await this\.mend\(fates\);/,
    to: 'const changed = 0;',
    suite: 'email/recovery.spec',
  },
  {
    title: 'e-mail: blocked messages count for the limit',
    file: 'email/block/window-decision.js',
    from: /if \(above >= 0\)\s+continue;/,
    to: '',
    suite: 'email/block-check.spec',
  },
  {
    title: 'e-mail: another server gets what one may have taken',
    file: 'email/smtp/email-send.service.js',
    from: /if \(answer\.kind !== 'unavailable'\)/,
    to: "if (answer.kind === 'accepted')",
    suite: 'email/failover.spec',
  },
  {
    title: 'e-mail: a stop does not wait for the answer to the content',
    file: 'worker/task-worker.js',
    from: /if \(shielded\.length === 0\)/,
    to: 'if (true)',
    suite: 'email/deploy.spec',
  },
];
