import type { EmailStatus } from '../message/email-status.js';
import { classOf, DEFAULT_CLASS, type MessageClasses, type UnknownPolicy } from '../options/message-class.js';

/** The status that a message takes whose fate nobody knows. */
const FATES: Readonly<Record<UnknownPolicy, EmailStatus>> = {
  hold: 'unknown',
  resend: 'pending',
  assumeSent: 'sent',
};

/** The same by class; `""` for messages whose class the options do not have any more. */
export function fatesByClass(classes: MessageClasses): Record<string, EmailStatus> {
  const named = Object.entries(classes).map(([name, { onUnknown }]) => [name, FATES[onUnknown]]);
  return { ...Object.fromEntries(named), '': FATES[classOf(classes, DEFAULT_CLASS).onUnknown] };
}
