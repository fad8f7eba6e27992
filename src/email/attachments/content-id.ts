import type { Problem } from './problem.js';

/** The characters of an address, RFC 5322 §3.2.3, which a URL `cid:` can hold as well. */
const CONTENT_ID = /^[\w!#$&'*+./=?^`{|}~@-]{1,200}$/;

/** Why a file cannot be shown inline by a name; null if it can. */
export function contentIdProblem(cid: string): Problem | null {
  if (CONTENT_ID.test(cid)) return null;
  return {
    problem: 'is not a name of an inline image',
    fix: `Use up to 200 letters, digits and "@.-_", such as 'logo@example.com', without "<>" and "cid:".`,
  };
}
