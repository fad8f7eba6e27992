import type { CrashRecord, FailedCallDetails } from '../../tasks/index.js';
import { columns } from '../columns.js';
import { section } from '../tool/section.js';
import { printableBlock, printableJson, printableLine } from '../../tasks/encoder/printable.js';

/** All that is known of a call. */
export function callPage(call: FailedCallDetails): string {
  const { args, headers, stack, crashes } = call;
  return [
    `${printableLine(call.task)}  ${printableLine(call.id)}`,
    columns([
      ['state', call.state],
      ['reason', printableLine(call.reason)],
      ['queue', call.queue],
      ['attempts', String(call.attempts)],
      ['losses', `${call.losses} (deliveries whose worker died)`],
      ['enqueued', call.enqueuedAt.toISOString()],
      ['failed', call.failedAt.toISOString()],
    ]),
    section('arguments', args ? printableJson(args) : 'none that can be read: the job holds no envelope'),
    headers && Object.keys(headers).length > 0 && section('headers', printableJson(headers)),
    stack && section('stack', printableBlock(stack)),
    ...crashes.map((crash, index) => crashSection(crash, index + 1, crashes.length)),
  ]
    .filter((part) => typeof part === 'string' && part !== '')
    .join('\n\n');
}

function crashSection(crash: CrashRecord, number: number, of: number): string {
  const { at, where, how, exitCode, signal, memory, lastLines, charged } = crash;
  const facts = columns([
    ['when', new Date(at).toISOString()],
    ['where', printableLine(where)],
    ['how', printableLine(how)],
    ['exit', exit(exitCode, signal)],
    ['memory', memory === null ? 'unknown' : `${Math.round(memory / 1024 ** 2)} MB when last seen`],
    ['counted', charged ? 'yes: the call was alone in the process' : 'no: others ran there, too'],
  ]);
  const written =
    lastLines.length > 0 ? `\n${section('  wrote last', printableBlock(lastLines.join('\n')))}` : '';
  return `crash ${number} of ${of}\n${facts}${written}`;
}

function exit(code: number | null, signal: string | null): string {
  if (signal !== null) return `signal ${printableLine(signal)}`;
  return code === null ? 'unknown' : `code ${code}`;
}
