import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { runEmail } from './email.command.js';

const APP = ['--app', 'app.js'];

describe('celeriac email refuses as usage', () => {
  it.each([
    [[], /Usage: celeriac email <command>[^]* list +[^]* show +[^]* resend +[^]* resolve +[^]* cancel /],
    [
      ['resnd'],
      /"resnd" is not a command\. There is: list, show, resend, resend-unsent, resolve, cancel\.\nTry: celeriac email --help/,
    ],
    [['list'], /option "--app" is missing\.\nTry: celeriac email list --help/],
    [['list', ...APP, '--status', 'lost'], /"--status" is "lost"\. Use 'pending' or 'claimed'/],
    [['list', ...APP, '--limit', '201'], /"--limit" is 201\. It must be a whole number from 1 to 200/],
    [['list', ...APP, '--cursor', 'a b'], /"--cursor" is "a b"\. Pass what the list before told/],
    [['list', ...APP, 'some-id'], /Unexpected argument 'some-id'/],
    [['show', 'some-id'], /option "--app" is missing/],
    [['show', ...APP], /name one id/],
    [['resend', ...APP, 'one', 'two'], /name one id/],
    [['cancel', ...APP], /name one id/],
    [['resend-unsent'], /option "--app" is missing/],
    [['resend-unsent', ...APP, 'one'], /Unexpected argument 'one'/],
    [
      ['resend-unsent', ...APP, '--include-unkown'],
      /"--include-unkown" is unknown\. Did you mean "--include-unknown"/,
    ],
    [['resolve', ...APP], /name one id/],
    [['resolve', ...APP, 'one'], /behind the id stands nothing\. Say sent or resend/],
    [['resolve', ...APP, 'one', 'two'], /behind the id stands two\. Say sent or resend/],
    [['resolve', ...APP, 'one', 'sent', 'two'], /behind the id stands sent two/],
  ])('%j', async (args, message) => {
    const run = runEmail(args);
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });
});
