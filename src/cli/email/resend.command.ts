import { emailAction } from './email-action.js';
import { oneId } from './one-id.js';

export const resendCommand = emailAction({
  name: 'resend',
  summary: 'send one again that failed',
  words: '<id>',
  about: 'Sends a failed e-mail again, also to those the server refused. Workers do it, not this command.',
  read: oneId,
  act: ({ emails }, id) => emails.resend(id),
  print: ({ id }) => `The e-mail ${id} is sent again.`,
});
