import { UsageError } from '../errors.js';
import { emailAction } from './email-action.js';
import { oneId } from './one-id.js';

type Resolution = 'sent' | 'resend';

export const resolveCommand = emailAction({
  name: 'resolve',
  summary: 'say what became of one whose status is unknown',
  words: '<id> sent|resend',
  about: `Of an unknown e-mail nobody knows whether it arrived: look for its Message-ID in the log of the SMTP server.
sent: it has arrived. resend: it is sent again, with the same Message-ID and Date.`,
  read(command, positionals): { id: string; as: Resolution } {
    const id = oneId(command, positionals.slice(0, 1));
    const [as, ...more] = positionals.slice(1);
    if ((as === 'sent' || as === 'resend') && more.length === 0) return { id, as };
    const given = as === undefined ? 'nothing' : positionals.slice(1).join(' ');
    throw new UsageError(command, `${command}: behind the id stands ${given}. Say sent or resend.`);
  },
  act: ({ emails }, { id, as }) => emails.resolve(id, as),
  print: ({ id, status }) =>
    status === 'sent' ? `The e-mail ${id} counts as sent.` : `The e-mail ${id} is sent again.`,
});
