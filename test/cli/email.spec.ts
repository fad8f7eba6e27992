import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmailSummary, EmailView } from '../../src/email/index.js';
import { Outbox } from '../email/support/outbox.js';
import { newNamespace } from '../conformance/variant.js';
import { appEnvironment } from './support/app-settings.js';
import { NO_TASKS } from './support/application.js';
import { EMAIL_APP, runEmail } from './support/email-command.js';
import { FAILED_APP } from './support/failed-application.js';
import { run, runWithoutPackages } from './support/run.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const NASTY = 'no \u001b[2J\u001b[31mroom\u202e';
/** An application without e-mail. */
const TASKS_ONLY = appEnvironment({
  options: {
    broker: { type: 'redis', url: process.env['REDIS_URL'] ?? '' },
    namespace: newNamespace(),
    queues: { default: {}, other: {} },
  },
  journal: '',
  broken: '',
});

describe('celeriac email', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start());
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  const email = (...args: string[]) => runEmail(outbox.settings, ...args);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, output } = await email(...args, '--json');
    if (code !== 0) throw new Error(`It exited with ${String(code)}: ${output}`);
    return JSON.parse(stdout) as T;
  };
  const failed = async () => {
    const id = await outbox.accept({
      to: ['Ann <ann@example.com>', 'bob@example.com'],
      subject: 'Hello Ann',
    });
    outbox.peer.script = { mailFrom: { code: 550, text: 'no room' } };
    await outbox.run(id);
    outbox.peer.script = {};
    return id;
  };
  const unknown = async () => {
    const id = await outbox.accept();
    const claim = await outbox.claims.claim(id);
    if (claim.kind !== 'claimed') throw new Error(`it is ${claim.kind}`);
    await outbox.claims.handOver(claim.email, 'default');
    await outbox.claims.settle(claim.email, { status: 'unknown', reason: 'no answer', verdicts: [] });
    return id;
  };

  it('list: a line for each, the newest first, aligned, and nothing a terminal would obey', async () => {
    const [first, second] = [await failed(), await outbox.accept()];
    await outbox.db.query('UPDATE email_message SET reason = $2 WHERE id = $1', [first, NASTY]);
    const { code, stdout } = await email('list');
    expect(code).toBe(0);
    const [head = '', ...lines] = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([second, first]);
    for (const line of lines) expect(line.search(/\d{4}-\d\d-\d\dT/)).toBe(head.indexOf('CREATED'));
    expect(lines[1]).toMatch(/ failed +1 +\S+Z +ann@example\.com \+1 +no room$/);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e\r]/);
  });

  it('list: those that match, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift(await outbox.accept({ to: 'page@example.com' }));
    const other = await failed();
    type Page = { emails: EmailSummary[]; cursor: string | null };
    const [page, byStatus, none] = await Promise.all([
      json<Page>('list', '--to', 'page@example.com', '--limit', '2'),
      json<Page>('list', '--status', 'failed'),
      email('list', '--status', 'sent'),
    ]);
    expect(byStatus.emails.map(({ id }) => id)).toEqual([other]);
    expect(none).toMatchObject({ code: 0, stdout: 'No e-mail matches.\n' });
    const rest = await json<Page>('list', '--to', 'page@example.com', '--cursor', page.cursor ?? '');
    expect([...page.emails, ...rest.emails].map(({ id }) => id)).toEqual(ids);
    expect(rest.cursor).toBeNull();
  });

  it('show: recipients, verdicts and history', async () => {
    const id = await failed();
    const [page, view] = await Promise.all([email('show', id), json<EmailView>('show', id)]);
    expect(page.code).toBe(0);
    expect(page.stdout).toMatch(
      new RegExp(`^Hello Ann {2}${id}\n\n {2}status +failed\n {2}reason +.*no room\n`),
    );
    expect(page.stdout).toMatch(/\nrecipients\n {2}to {2}ann@example\.com {2}refused {2}550 no room\n/);
    expect(page.stdout).toMatch(/\nhistory\n {2}\S+Z {2}accepted\n {2}\S+Z {2}claimed {2}\S+\n/);
    expect(view).toMatchObject({ id, status: 'failed', recipients: [{ smtpCode: 550 }, {}] });
  });

  it('resend: a worker sends it again, and this process does not', async () => {
    const id = await failed();
    expect(await email('resend', id)).toMatchObject({ code: 0, stdout: `The e-mail ${id} is sent again.\n` });
    expect(outbox.peer.received).toEqual([]);
    await outbox.published();
    expect(await outbox.callIds()).toContain(`email.mail-${id}-1`);
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    const late = await email('resend', id);
    expect(late).toMatchObject({ code: 1, stdout: '' });
    expect(late.output).toMatch(/is sent, and resend\(\) needs one that is failed/);
  });

  it('resend-unsent: how many, by the status they had; unknown ones only if asked for', async () => {
    const ids = [await outbox.accept(), await outbox.accept()];
    outbox.peer.script = { mailFrom: { code: 450, text: 'later' } };
    for (const id of ids) await outbox.runInVain(id);
    const open = await unknown();
    expect(await email('resend-unsent')).toMatchObject({ code: 0, stdout: 'Sent again: 2 deferred.\n' });
    expect((await outbox.view(open)).status).toBe('unknown');
    expect(await json('resend-unsent', '--include-unknown')).toEqual({ failed: 0, deferred: 0, unknown: 1 });
    expect(await email('resend-unsent')).toMatchObject({ code: 0, stdout: 'There is none to send again.\n' });
  });

  it('resolve: it has arrived, or is sent again', async () => {
    const [arrived, lost] = [await unknown(), await unknown()];
    const [sent, again] = await Promise.all([
      email('resolve', arrived, 'sent'),
      json<EmailView>('resolve', lost, 'resend'),
    ]);
    expect(sent).toMatchObject({ code: 0, stdout: `The e-mail ${arrived} counts as sent.\n` });
    expect(again).toMatchObject({ id: lost, status: 'pending' });
  });

  it('cancel: it is not sent; who comes late is told so', async () => {
    const id = await outbox.accept();
    expect(await email('cancel', id)).toMatchObject({ code: 0, stdout: `The e-mail ${id} is cancelled.\n` });
    const late = await email('cancel', id);
    expect(late).toMatchObject({ code: 1, stdout: '' });
    expect(late.output).toMatch(/is cancelled, and cancel\(\) needs one that is pending/);
  });

  it('leaves to other processes what a running application looks after', async () => {
    const { id } = await outbox.preprocessor.preprocess({ to: 'a@example.com', subject: 'x', text: 'x' });
    expect(await email('show', id)).toMatchObject({ code: 0 });
    expect(await outbox.callIds()).toEqual([]);
  });

  it('names an e-mail that is not there, and an address that is none', async () => {
    const [id, address] = await Promise.all([email('show', NOBODY), email('list', '--to', 'nobody')]);
    expect(id).toMatchObject({ code: 1, stdout: '' });
    expect(id.output).toContain(`No e-mail has the id "${NOBODY}"`);
    expect(address).toMatchObject({ code: 2, stdout: '' });
    expect(address.output).toMatch(
      /option "--to" is "nobody"\. Use one address: .*\nTry: celeriac email list --help/,
    );
  });

  it('says what an application without EmailModule lacks', async () => {
    const [tasks, nothing] = await Promise.all([
      run(['email', 'list', '--app', FAILED_APP], TASKS_ONLY),
      run(['email', 'list', '--app', NO_TASKS]),
    ]);
    for (const answer of [tasks, nothing]) {
      expect(answer).toMatchObject({ code: 1, stdout: '' });
      expect(answer.output).toMatch(/does not import EmailModule .* Add EmailModule\.forRoot\(/);
    }
  });

  it('says which package is missing; the other commands need none of them', async () => {
    const [lacking, help, failedCalls] = await Promise.all([
      runWithoutPackages(['email', 'list', '--app', EMAIL_APP]),
      runWithoutPackages(['email', 'list', '--help']),
      runWithoutPackages(['failed', 'list', '--app', FAILED_APP], TASKS_ONLY),
    ]);
    expect(lacking).toMatchObject({ code: 1, stdout: '' });
    expect(lacking.output).toMatch(
      /needs the package "(\S+)", which is not installed\. Run: npm install \1\n$/,
    );
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--status <status>') });
    expect(failedCalls).toMatchObject({ code: 0, stdout: 'No failed call matches.\n' });
  });
});
