import type { EmailSummaryBody } from '../emails/email.schema.js';
import { type Group, GROUPS } from './newsletter.js';
import type { SubmittedEmail } from './submission.js';
import type { LoggedMessage, Verdict } from './verdict.js';

export interface Outcome {
  readonly emails: readonly SubmittedEmail[];
  /** What the application says of each id. */
  readonly states: ReadonlyMap<string, EmailSummaryBody>;
  readonly log: readonly LoggedMessage[];
}

/** What happened to every kind of e-mail. */
export function summary(outcome: Outcome): string {
  const rows = Object.entries(GROUPS).map(([group, { label }]) => groupRow(group as Group, label, outcome));
  return table(['e-mails', 'asked for', 'the application says', "the server's log has", 'for example'], rows);
}

/** What happened to every single e-mail. */
export function everyMessage({ emails, states, log }: Outcome): string {
  const rows = emails.map((email) => {
    const state = states.get(email.id);
    const tries = state ? `${state.status}, attempts: ${state.attempts}` : 'unknown';
    return [email.id, email.to, tries, arrivals(countOf(email, log)), state?.reason ?? ''];
  });
  return table(['id', 'to', 'the application says', "the server's log has", 'reason'], rows);
}

export function findings(verdict: Verdict, unfinished: readonly string[]): string {
  const classes = { ...verdict, unfinished };
  const counts = Object.entries(classes).map(([name, list]) => `${list.length} ${name}`);
  const lists = Object.entries(classes).flatMap(([name, list]) =>
    list.map((finding) => `  ${name}: ${finding}`),
  );
  return [counts.join(', '), ...lists].join('\n');
}

function groupRow(group: Group, label: string, { emails, states, log }: Outcome): string[] {
  const members = emails.filter((email) => email.group === group);
  const [first] = members;
  const state = first && states.get(first.id);
  return [
    String(members.length),
    label,
    tally(members.map(({ id }) => states.get(id)?.status ?? 'unknown')),
    tally(members.map((email) => arrivals(countOf(email, log)))),
    shortened(state?.reason ?? first?.to ?? ''),
  ];
}

/** `['sent', 'sent', 'failed']` is `2 sent, 1 failed`. */
function tally(words: readonly string[]): string {
  return [...new Set(words)]
    .map((word) => `${words.filter((other) => other === word).length} ${word}`)
    .join(', ');
}

function countOf(email: SubmittedEmail, log: readonly LoggedMessage[]): number {
  return log.filter(({ token }) => token === email.token).length;
}

function arrivals(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
