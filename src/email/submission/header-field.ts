/** Headers a message has from its other fields, or that a relay would act upon. */
const RESERVED =
  /^(?:list-unsubscribe(?:-post)?|from|to|cc|bcc|subject|date|message-id|mime-version|sender|return-path|received|delivered-to|(?:content|resent|dkim|arc)-.*|authentication-results|domainkey-signature)$/;

const LONGEST_VALUE = 2_000;

/** Why a header cannot be sent; null if it can. RFC 5322 §2.2: a name is printable ASCII without the colon. */
export function headerProblem(name: string, value: unknown): { problem: string; fix: string } | null {
  if (!/^[\x21-\x39\x3b-\x7e]{1,76}$/.test(name)) {
    return {
      problem: 'is not the name of a header',
      fix: 'Use up to 76 printable ASCII characters, without spaces and ":".',
    };
  }
  if (RESERVED.test(name.toLowerCase())) {
    return {
      problem: 'is a header that cannot be set',
      fix: 'It comes from another field of the message, or belongs to the mail servers. Remove it.',
    };
  }
  if (typeof value !== 'string')
    return { problem: 'is not a string', fix: 'Headers are an object of strings.' };
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value)) {
    return { problem: 'holds a line break or another unprintable character', fix: 'Write it on one line.' };
  }
  if (value.length > LONGEST_VALUE) {
    return { problem: `is longer than ${LONGEST_VALUE} characters`, fix: 'Shorten it.' };
  }
  return null;
}
