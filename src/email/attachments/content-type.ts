import { detectMimeType } from 'nodemailer/lib/mime-funcs';
import type { Problem } from './problem.js';

const LONGEST = 255;
const ANY = 'application/octet-stream';

/** RFC 2045 §5.1, with a quoted value that has nothing to escape. */
const TOKEN = `[\\w!#$%&'*+.^\`|{}~-]+`;
const CONTENT_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}(?: *; *${TOKEN}=(?:${TOKEN}|"[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*"))*$`,
);

/** Types of which the bytes would be read as a part of the message itself: RFC 2046 §5 lets none of them be encoded. */
const COMPOSITE = /^(?:multipart|message)\//i;

/** Why a file cannot be sent as of a type; null if it can. */
export function contentTypeProblem(type: string): Problem | null {
  if (type.length > LONGEST || !CONTENT_TYPE.test(type)) {
    return { problem: 'is not a MIME type', fix: `Write one such as 'application/pdf'.` };
  }
  if (COMPOSITE.test(type)) {
    return { problem: 'is not a type of a file', fix: `Attach it as '${ANY}'.` };
  }
  return null;
}

export function guessContentType(filename: string): string {
  const type = detectMimeType(filename);
  return contentTypeProblem(type) ? ANY : type;
}
