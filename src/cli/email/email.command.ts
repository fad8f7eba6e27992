import { commandGroup } from '../command-group.js';
import { cancelCommand } from './cancel.command.js';
import { listCommand } from './list.command.js';
import { resendCommand } from './resend.command.js';
import { resendUnsentCommand } from './resend-unsent.command.js';
import { resolveCommand } from './resolve.command.js';
import { showCommand } from './show.command.js';

export const runEmail = commandGroup({
  name: 'email',
  about: 'The outbox of an application with EmailModule: to look at, and to decide about.',
  commands: [listCommand, showCommand, resendCommand, resendUnsentCommand, resolveCommand, cancelCommand],
  failure: 'no database, no application, no such e-mail, or one whose status does not allow it',
});
