import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EmailSummaryBody } from '../emails/email.schema.js';
import { ApiClient } from './api-client.js';
import { AppProcess } from './app-process.js';
import { DemoNamespace } from './demo-namespace.js';
import { deniedAddresses, PER_RECIPIENT, planNewsletter, SEND_RATE } from './newsletter.js';
import { createProgress } from './progress.js';
import { settle } from './settlement.js';
import { SinkProcess } from './sink-process.js';
import { type SubmittedEmail, submit } from './submission.js';

const TIME_TO_START = 120_000;
const TIME_TO_SETTLE = 120_000;
const OUTAGE = { outageAfter: 60, outageMs: 3_000 };

export interface DeliveryOptions {
  readonly directory: string;
  /** Where the SMTP server writes what it accepted. */
  readonly logFile: string;
  readonly sabotage: boolean;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface Delivered {
  readonly emails: SubmittedEmail[];
  /** What the application says of each id. */
  readonly states: Map<string, EmailSummaryBody>;
}

/** Starts an SMTP server and the application, has the newsletter sent, and stops both. */
export async function deliverNewsletter(options: DeliveryOptions): Promise<Delivered> {
  const { directory, logFile, sabotage, print, signal } = options;
  const startup = AbortSignal.any([signal, AbortSignal.timeout(TIME_TO_START)]);
  const token = randomBytes(16).toString('hex');
  const started = Date.now();

  print('Starting an SMTP server and the application, each in a process of its own …');
  await using sink = new SinkProcess({ logFile, ...OUTAGE, sabotage }, join(directory, 'smtp-server.log'));
  const smtpUrl = await sink.url(startup);
  await using namespace = new DemoNamespace(process.env['REDIS_URL']);
  await using app = new AppProcess(
    {
      PORT: '0',
      HOST: '127.0.0.1',
      API_TOKEN: token,
      DATA_DIR: join(directory, 'data'),
      SMTP_URL: smtpUrl,
      PER_RECIPIENT: PER_RECIPIENT.text,
      SEND_RATE: SEND_RATE.text,
      NAMESPACE: namespace.name,
    },
    join(directory, 'application.log'),
  );
  const url = await app.url(startup);
  print(`The application listens on ${url}; it took ${seconds(started)}.`);

  const client = new ApiClient(url, token, signal);
  const plan = planNewsletter();
  for (const address of deniedAddresses(plan)) await client.deny(address, 'asked not to be written to');

  using progress = createProgress(plan.length);
  sink.onReport(({ state }) => progress.note(`the SMTP server is ${state === 'up' ? 'back' : 'down'}`));
  const [emails, states] = await Promise.all([
    submit(plan, client, (accepted) => progress.update({ accepted })),
    settle(plan.length, client, TIME_TO_SETTLE, (settled) => progress.update({ settled })),
  ]);
  return { emails, states };
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
