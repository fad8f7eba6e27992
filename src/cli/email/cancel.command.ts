import { printableLine } from '../../tasks/encoder/printable.js';
import { emailAction } from './email-action.js';
import { oneId } from './one-id.js';

export const cancelCommand = emailAction({
  name: 'cancel',
  summary: 'keep one from being sent',
  words: '<id>',
  about: 'Keeps an e-mail from being sent, up to the hand-over to the SMTP server. Who has got it keeps it.',
  read: oneId,
  act: ({ emails }, id) => emails.cancel(id),
  print: ({ id, status, reason }) =>
    status === 'cancelled'
      ? `The e-mail ${id} is cancelled.`
      : `The e-mail ${id} is ${status}, ${printableLine(reason ?? '')}: some of its recipients have it.`,
});
