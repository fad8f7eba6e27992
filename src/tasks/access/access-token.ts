import { type Parser, text } from '../options/option-parsers.js';

/** A token that can be sent in a header. */
export const accessToken: Parser<string> = text(/^[\x21-\x7e]+$/, 'Use printable ASCII without spaces.');
