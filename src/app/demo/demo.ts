import { join } from 'node:path';
import { busiestSecond } from './busiest-second.js';
import type { DemoOptions } from './demo-options.js';
import { deliverNewsletter } from './delivery.js';
import { SEND_RATE } from './newsletter.js';
import { everyMessage, findings, summary } from './report.js';
import { isFinal } from './settlement.js';
import { readSinkLog } from './sink-log.js';
import { isClean, judge } from './verdict.js';

/** Runs the demo in a directory. @returns whether nothing was lost, doubled or unexpected */
export async function runDemo(
  directory: string,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const logFile = join(directory, 'smtp-server.jsonl');

  const { emails, states } = await deliverNewsletter({
    directory,
    logFile,
    sabotage: options.sabotage,
    print,
    signal,
  });
  // Both processes have ended: nothing can arrive any more.
  const log = await readSinkLog(logFile);
  const outcome = { emails, states, log };
  print(`\n${options.all ? `${everyMessage(outcome)}\n\n` : ''}${summary(outcome)}\n`);

  const busiest = busiestSecond(log.map(({ time }) => time));
  print(
    `In its busiest second the server took ${busiest} messages; email.send is limited to ${SEND_RATE.text}.`,
  );
  const verdict = judge(emails, log);
  const unfinished = emails
    .filter(({ id }) => !isFinal(states.get(id)?.status))
    .map(({ id, to }) => `${id} to ${to}`);
  print(`Verdict, from the SMTP server's own log against the ${emails.length} ids accepted over HTTP:`);
  print(findings(verdict, unfinished));
  const passed = isClean(verdict) && unfinished.length === 0;
  if (!passed && !options.keep) print('Run it with --keep to look into the logs of both processes.');
  return passed;
}
