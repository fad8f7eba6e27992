import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import PostalMime from 'postal-mime';
import { tokensIn } from './newsletter.js';
import type { LoggedMessage } from './verdict.js';

/** One accepted message: a line of JSON. */
interface LogLine {
  readonly time: string;
  readonly messageId: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Written before the server answers 250: what it took responsibility for is in the log. */
export async function logMessage(
  file: string,
  recipients: readonly string[],
  raw: Uint8Array,
): Promise<void> {
  const { messageId = '', subject = '', text = '' } = await PostalMime.parse(raw);
  const line: LogLine = { time: new Date().toISOString(), messageId, recipients, subject, text };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export async function readSinkLog(file: string): Promise<LoggedMessage[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => toMessage(JSON.parse(line) as LogLine));
}

/** Subject and body must name the same e-mail. */
function toMessage({ time, messageId, recipients, subject, text }: LogLine): LoggedMessage {
  const tokens = new Set([...tokensIn(subject), ...tokensIn(text)]);
  const complete = tokensIn(subject).length === 1 && tokensIn(text).length === 1 && tokens.size === 1;
  return { token: complete ? [...tokens][0] : undefined, recipients, messageId, time: Date.parse(time) };
}
