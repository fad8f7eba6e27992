import { emailAction } from './email-action.js';
import { emailPage } from './email-page.js';
import { oneId } from './one-id.js';

export const showCommand = emailAction({
  name: 'show',
  summary: 'all that is known of one of them',
  words: '<id>',
  about: 'What became of an e-mail: its recipients with their verdicts, and its history. Not its text.',
  read: oneId,
  act: ({ show }, id) => show(id),
  print: emailPage,
});
