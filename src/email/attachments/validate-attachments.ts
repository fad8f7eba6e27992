import { InvalidEmailError } from '../errors/index.js';
import { unknownField } from '../submission/unknown-field.js';
import { isContent } from './content/attachment-content.js';
import { contentIdProblem } from './content-id.js';
import { filenameProblem } from './filename.js';
import { contentTypeProblem, guessContentType } from './content-type.js';
import type { Problem } from './problem.js';
import type { ValidatedAttachment } from './validated-attachment.js';

const FIELDS = ['filename', 'content', 'id', 'contentType', 'cid'];
const HASH = /^[\da-f]{64}$/;

/** @throws {@link InvalidEmailError} of the first field that is wrong */
export function validateAttachments(value: unknown): ValidatedAttachment[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new InvalidEmailError('attachments', undefined, 'is not a list', 'Give [{ filename, content }].');
  }
  const attachments = value.map((item: unknown, index) => validate(item, `attachments[${index}]`));
  const cids = new Set<string>();
  for (const [index, { cid }] of attachments.entries()) {
    if (cid !== null && cids.has(cid)) {
      throw new InvalidEmailError(
        `attachments[${index}].cid`,
        cid,
        'is that of another attachment',
        'Give each a name of its own.',
      );
    }
    if (cid !== null) cids.add(cid);
  }
  return attachments;
}

function validate(item: unknown, field: string): ValidatedAttachment {
  if (typeof item !== 'object' || item === null) {
    throw new InvalidEmailError(field, undefined, 'is not an object', 'Give { filename, content }.');
  }
  const { filename, contentType, cid, content, id } = item as Record<string, unknown>;
  const unknown = Object.keys(item).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw unknownField(`${field}.${unknown}`, FIELDS);
  const name = checked(`${field}.filename`, filename, filenameProblem);
  const file = {
    filename: name,
    contentType: optional(`${field}.contentType`, contentType, contentTypeProblem) ?? guess(name, content),
    cid: optional(`${field}.cid`, cid, contentIdProblem),
  };
  if (file.cid !== null && /^text\//i.test(file.contentType)) {
    throw new InvalidEmailError(
      `${field}.cid`,
      file.cid,
      `makes ${file.contentType} a part of the text`,
      'Give the contentType of an image, or leave the cid out.',
    );
  }
  if ((content === undefined) === (id === undefined)) {
    throw new InvalidEmailError(
      `${field}.content`,
      undefined,
      content === undefined ? 'is missing, and so is id' : 'is given, and id as well',
      'Give the content, or the id of one that was stored before.',
    );
  }
  if (id !== undefined) return { ...file, id: checked(`${field}.id`, id, idProblem) };
  if (isContent(content)) return { ...file, content };
  throw new InvalidEmailError(
    `${field}.content`,
    undefined,
    'is neither bytes nor text nor a stream',
    'Give a Buffer, a Uint8Array, a string or a Readable.',
  );
}

function guess(filename: string, content: unknown): string {
  const type = guessContentType(filename);
  return typeof content === 'string' && type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

function checked(field: string, value: unknown, problemOf: (text: string) => Problem | null): string {
  if (typeof value !== 'string') {
    throw new InvalidEmailError(field, value, 'is not a string', 'Give a string.');
  }
  const wrong = problemOf(value);
  if (wrong) throw new InvalidEmailError(field, value, wrong.problem, wrong.fix);
  return value;
}

function optional(field: string, value: unknown, problemOf: (text: string) => Problem | null): string | null {
  return value === undefined || value === null ? null : checked(field, value, problemOf);
}

const idProblem = (id: string): Problem | null =>
  HASH.test(id)
    ? null
    : { problem: 'is not the id of a content', fix: 'Use the id that EmailAttachments.put() returned.' };
