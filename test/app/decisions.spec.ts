import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resentSchema } from '../../src/app/emails/decision.schema.js';
import { emailSchema } from '../../src/app/emails/email.schema.js';
import { problemSchema } from '../../src/app/problems/problem.schema.js';
import { ScriptedSmtp } from '../email/support/scripted-smtp.js';
import { type Answer, Api } from './api.js';
import { AppProcess, DataDirectory } from './app-process.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('what people decide about e-mails, over HTTP', () => {
  const smtp = new ScriptedSmtp();
  let directory: DataDirectory;
  let app: AppProcess;
  let api: Api;

  beforeAll(async () => {
    directory = await DataDirectory.create();
    await smtp.start();
    app = new AppProcess({
      PORT: '0',
      DATA_DIR: directory.path,
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    });
    api = new Api(await app.url());
  });

  afterEach(() => smtp.reset());

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await smtp.stop();
    await directory[Symbol.asyncDispose]();
  });

  const expectProblem = (answer: Answer, status: number, rest: object = {}) => {
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(problemSchema.strict().parse(answer.body)).toMatchObject({ status, ...rest });
  };
  const emailOf = ({ status, body, text }: Answer) => {
    if (status !== 200) throw new Error(text);
    return emailSchema.strict().parse(body);
  };
  const failed = async () => {
    smtp.script = { mail: '550 5.7.1 not you' };
    const id = await api.accept({ to: 'failed@example.org' });
    await api.reaches(id, 'failed');
    smtp.reset();
    return id;
  };
  /** The server has it all, and breaks off instead of answering. */
  const unknown = async () => {
    smtp.script = { dot: 'drop' };
    const id = await api.accept({ to: 'unknown@example.org' });
    await api.reaches(id, 'unknown');
    smtp.reset();
    return id;
  };

  it('cancels an e-mail that has not been sent', async () => {
    const id = await api.accept({ to: 'later@example.org', sendAt: '2999-01-01T00:00:00Z' });
    expect(emailOf(await api.post(`/emails/${id}/cancel`))).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      events: [{ kind: 'accepted' }, { kind: 'cancelled' }],
    });
    expectProblem(await api.post(`/emails/${id}/cancel`), 409, {
      type: 'urn:celeriac:problem:email-status',
      detail: expect.stringContaining('is cancelled, and cancel() needs one that is pending'),
    });
  });

  it('resolves an unknown one: it has arrived', async () => {
    const id = await unknown();
    expectProblem(await api.post(`/emails/${id}/cancel`), 409);
    expect(emailOf(await api.post(`/emails/${id}/resolve`, { as: 'sent' }))).toMatchObject({
      status: 'sent',
      reason: 'resolved: it has arrived',
      recipients: [{ verdict: 'accepted' }],
    });
    expectProblem(await api.post(`/emails/${id}/resolve`, { as: 'sent' }), 409);
  });

  it('resolves an unknown one: it is sent again', async () => {
    const id = await unknown();
    emailOf(await api.post(`/emails/${id}/resolve`, { as: 'resend' }));
    expect(await api.reaches(id, 'sent')).toMatchObject({ messageClass: 'default', attempts: 2 });
  });

  it('sends all again that was given up, unknown ones only if told so, and says how many', async () => {
    const open = await unknown();
    smtp.script = { mail: '450 4.3.0 later' };
    const waiting = await api.accept({ to: 'waiting@example.org' });
    await api.reaches(waiting, 'deferred');
    smtp.reset();

    const some = await api.post('/emails/resend-unsent');
    expect(some.status).toBe(202);
    expect(resentSchema.strict().parse(some.body)).toEqual({ failed: 0, deferred: 1, unknown: 0 });
    await api.reaches(waiting, 'sent');
    expect((await api.email(open)).status).toBe('unknown');

    const all = await api.post('/emails/resend-unsent', { includeUnknown: true });
    expect(all.body).toEqual({ failed: 0, deferred: 0, unknown: 1 });
    await api.reaches(open, 'sent');
  });

  it('shows by which server a recipient was refused, and with which code', async () => {
    const id = await failed();
    expect(await api.email(id)).toMatchObject({
      messageClass: 'default',
      transport: null,
      recipients: [{ verdict: 'refused', smtpCode: 550, enhancedCode: '5.7.1' }],
    });
    emailOf(await api.post(`/emails/${await unknown()}/resolve`, { as: 'sent' }));
    expect((await api.list('to=unknown@example.org')).items[0]).toMatchObject({ transport: 'default' });
  });

  it.each([
    [{}, 'as'],
    [{ as: 'lost' }, 'as'],
    [{ as: 'sent', by: 'me' }, 'by'],
    [[], 'body'],
  ])('refuses the resolution %j, naming the field', async (body, field) => {
    expectProblem(await api.post(`/emails/${NOBODY}/resolve`, body), 400, { field });
  });

  it('refuses other fields of what is to be sent again', async () => {
    const answer = await api.post('/emails/resend-unsent', { includeUnknwon: true });
    expectProblem(answer, 400, { field: 'includeUnknwon' });
  });

  it('knows no e-mail that there is not', async () => {
    expectProblem(await api.post(`/emails/${NOBODY}/cancel`), 404);
    expectProblem(await api.post(`/emails/${NOBODY}/resolve`, { as: 'sent' }), 404);
  });
});
