import { storable } from '../../tasks/encoder/well-formed-text.js';

/** A server's words on one line, in a form the database takes. */
export const smtpText = (text: string): string => storable(text.replace(/\s+/g, ' ').trim(), 500);
