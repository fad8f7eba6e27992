import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { storedContentSchema } from '../../src/app/attachments/stored-content.schema.js';
import { acceptedEmailSchema } from '../../src/app/emails/email.schema.js';
import { problemSchema } from '../../src/app/problems/problem.schema.js';
import { type Answer, Api } from './api.js';
import { TemplateDirectory } from '../email/support/template-directory.js';
import { AppProcess, DataDirectory } from './app-process.js';

const TOKEN = createHash('sha256').update('a token of this test').digest('hex');

describe('the HTTP face of the application', () => {
  let directory: DataDirectory;
  let templates: TemplateDirectory;
  let app: AppProcess;
  let url: string;
  let api: Api;

  beforeAll(async () => {
    directory = await DataDirectory.create();
    templates = await TemplateDirectory.create({
      'welcome.subject.liquid': 'Welcome, {{ name }}',
      'welcome.html.liquid': '<p>Hello {{ name }}</p>',
    });
    app = new AppProcess({
      PORT: '0',
      HOST: '127.0.0.1',
      API_TOKEN: TOKEN,
      DATA_DIR: directory.path,
      PER_RECIPIENT: '3/1h',
      TEMPLATES: templates.path,
    });
    url = await app.url();
    api = new Api(url, TOKEN);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
    await templates[Symbol.asyncDispose]();
  });

  const expectProblem = (answer: Answer, status: number, field?: string) => {
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(problemSchema.strict().parse(answer.body)).toMatchObject({ status, ...(field && { field }) });
  };

  describe('GET /templates', () => {
    it('lists the templates', async () => {
      expect(await api.get('/templates')).toMatchObject({
        status: 200,
        body: { items: [{ name: 'welcome' }] },
      });
    });

    it('shows what an e-mail of one would say', async () => {
      const preview = (name: string, body: object) => api.post(`/templates/${name}/preview`, body);
      expect(await preview('welcome', { context: { name: '<Ada>' } })).toMatchObject({
        status: 200,
        body: { subject: 'Welcome, <Ada>', html: '<p>Hello &lt;Ada&gt;</p>', text: 'Hello <Ada>' },
      });
      expectProblem(await preview('welcome', {}), 400, 'context');
      expectProblem(await preview('welcome', { context: [] }), 400, 'context');
      expectProblem(await preview('welcome', { contxt: {} }), 400, 'contxt');
      expectProblem(await preview('goodbye', {}), 404);
      expectProblem(await preview('..%2F..%2Fetc%2Fpasswd', {}), 404);
    });
  });

  describe('POST /emails', () => {
    it('accepts an e-mail, which then arrives', async () => {
      const answer = await api.post('/emails', {
        to: 'Ada <ada@example.org>',
        subject: 'It arrives',
        text: 'Hello',
      });
      expect(answer.status).toBe(202);
      expect(acceptedEmailSchema.strict().parse(answer.body)).toMatchObject({
        status: 'pending',
        duplicate: false,
      });

      const [email] = (await api.list('to=ada@example.org')).items;
      expect(await api.reaches(email!.id, 'sent')).toMatchObject({
        reason: null,
        recipients: [{ kind: 'to', address: 'ada@example.org', name: 'Ada', verdict: 'accepted' }],
        events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'handed_over' }, { kind: 'sent' }],
      });
      expect((await api.get('/inbox')).text).toContain('It arrives');
    });

    it('takes lists of recipients, headers and times', async () => {
      const id = await api.accept({
        to: ['bob@example.org', 'Eve <eve@example.org>'],
        cc: 'carl@example.org',
        bcc: ['dora@example.org'],
        headers: { 'X-Tag': 'a' },
        sendAt: '2999-01-01T00:00:00+01:00',
        expiresAt: '2999-01-02T00:00:00Z',
      });
      const email = await api.email(id);
      expect(email).toMatchObject({ status: 'pending', sendAt: '2998-12-31T23:00:00.000Z' });
      expect(email.recipients.map(({ kind }) => kind)).toEqual(['to', 'to', 'cc', 'bcc']);
    });

    it('takes what is asked of an e-mail besides, and finds it by its tag', async () => {
      const asked = {
        priority: 'high',
        tags: ['october'],
        metadata: { order: '17' },
        unsubscribe: { url: 'https://example.org/u/1', mailto: null },
      };
      const { mailto: _, ...unsubscribe } = asked.unsubscribe;
      const id = await api.accept({ to: 'frank@example.org', ...asked, unsubscribe });
      expect(await api.reaches(id, 'sent')).toMatchObject({
        ...asked,
        messageClass: 'default',
        template: null,
      });
      expect((await api.list('tag=october')).items.map((email) => email.id)).toEqual([id]);
    });

    it('takes a template and its context instead of subject and text', async () => {
      const input = { to: 'grace@example.org', template: 'welcome', context: { name: 'Grace' } };
      const answer = await api.post('/emails', input);
      expect(answer.status).toBe(202);
      const { id } = acceptedEmailSchema.parse(answer.body);
      expect(await api.reaches(id, 'sent')).toMatchObject({ subject: 'Welcome, Grace', template: 'welcome' });
      expectProblem(await api.post('/emails', { ...input, context: {} }), 400, 'context');
      expectProblem(await api.post('/emails', { ...input, template: 'goodbye' }), 400, 'template');
    });

    it('sends nothing for an idempotency key it knows, and answers with the first id', async () => {
      const email = { to: 'once@example.org', subject: 'Only once', text: 'x', idempotencyKey: 'order 1' };
      const id = await api.accept(email);
      expect(await api.post('/emails', email)).toMatchObject({ status: 202, body: { id, duplicate: true } });
      await api.reaches(id, 'sent');
      expect((await api.list('to=once@example.org')).items).toHaveLength(1);
    });

    it.each([
      ['an address that is none', { to: ['a@example.org', 'nobody'] }, 'to[1]'],
      ['a missing recipient', { to: undefined }, 'to'],
      ['a missing subject', { subject: undefined }, 'subject'],
      ['a header injected into the subject', { subject: 'a\r\nBcc: b@example.org' }, 'subject'],
      ['a reserved header', { headers: { 'Message-ID': '<a@b>' } }, 'headers.Message-ID'],
      ['a time without offset', { sendAt: '2999-01-01T00:00:00' }, 'sendAt'],
      ['an unknown field', { recipients: [] }, 'recipients'],
      ['a text beside a template', { template: 'welcome', context: { name: 'Ada' } }, 'text'],
      ['a class that is none', { messageClass: 'news' }, 'messageClass'],
      ['a priority that is none', { priority: 'urgent' }, 'priority'],
      ['a way to unsubscribe without a URL', { unsubscribe: {} }, 'unsubscribe.url'],
      ['a tag with a space', { tags: ['a b'] }, 'tags[0]'],
      ['metadata that is no string', { metadata: { order: 17 } }, 'metadata.order'],
    ])('refuses %s, naming the field', async (_, wrong, field) => {
      expectProblem(
        await api.post('/emails', { to: 'a@example.org', subject: 's', text: 't', ...wrong }),
        400,
        field,
      );
    });

    it.each([
      ['no JSON', '{"to": ', 400],
      ['JSON that is no object', '[]', 400],
      ['nothing', undefined, 400],
      ['200,000 nested arrays', `{"to":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 400],
      [
        '7 MiB',
        JSON.stringify({ to: 'a@example.org', subject: 's', text: 'x'.repeat(7 * 1024 * 1024) }),
        413,
      ],
    ])('refuses a body of %s', async (_, body, status) => {
      expectProblem(await api.request('POST', '/emails', body), status);
    });

    it('refuses a body that is not declared as JSON', async () => {
      expectProblem(await api.request('POST', '/emails', '{}', { 'Content-Type': 'text/plain' }), 415);
      expectProblem(
        await api.request('POST', '/emails', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }),
        415,
      );
    });
  });

  describe('attachments', () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const upload = (body: Uint8Array, headers: Record<string, string> = {}) =>
      api.request('POST', '/attachments', body, { 'Content-Type': 'application/octet-stream', ...headers });

    it('arrive with the e-mail, in it and by the id of an upload', async () => {
      const answer = await upload(bytes);
      expect(answer.status).toBe(201);
      const { id } = storedContentSchema.strict().parse(answer.body);
      expect(answer.body).toEqual({
        id: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
      });

      const content = Buffer.from('%PDF').toString('base64');
      const attachments = [
        { filename: 'a.pdf', content },
        { filename: 'large.bin', id },
        { filename: 'logo.png', contentType: 'image/png', content: '', cid: 'logo' },
      ];
      const email = await api.accept({ to: 'files@example.org', html: '<img src="cid:logo">', attachments });
      expect((await api.reaches(email, 'sent')).attachments).toEqual([
        { filename: 'a.pdf', contentType: 'application/pdf', cid: null, size: 4 },
        { filename: 'large.bin', contentType: 'application/octet-stream', cid: null, size: bytes.length },
        { filename: 'logo.png', contentType: 'image/png', cid: 'logo', size: 0 },
      ]);
      const path = /href="(\/inbox\/\d+)"/.exec((await api.get('/inbox')).text)?.[1];
      expect((await api.get(path!)).text).toContain('a.pdf, large.bin');
    });

    it.each([
      ['no list', 'a.pdf', 'attachments'],
      ['one without a name', [{ content: '' }], 'attachments[0].filename'],
      ['one whose name is a path', [{ filename: '../a', content: '' }], 'attachments[0].filename'],
      ['one that is not base64', [{ filename: 'a', content: 'a*==' }], 'attachments[0].content'],
      ['one of half a byte', [{ filename: 'a', content: 'abcde' }], 'attachments[0].content'],
      ['one without a content', [{ filename: 'a' }], 'attachments[0].content'],
      ['one that was never stored', [{ filename: 'a', id: 'f'.repeat(64) }], 'attachments[0].id'],
      ['a file of the server', [{ filename: 'a', path: '/etc/passwd' }], 'attachments[0].path'],
    ])('refuses %s, naming the field', async (_, attachments, field) => {
      const email = { to: 'a@example.org', subject: 's', text: 't', attachments };
      expectProblem(await api.post('/emails', email), 400, field);
    });

    it('are refused when they are too large, and the connection goes on', async () => {
      expectProblem(await upload(Buffer.alloc(25 * 1024 * 1024 + 1)), 413);
      expect((await upload(Buffer.from('x'))).status).toBe(201);
    });

    it('are bytes, as they are', async () => {
      expectProblem(await upload(bytes, { 'Content-Type': 'application/json' }), 415);
      expectProblem(await upload(bytes, { 'Content-Encoding': 'gzip' }), 415);
      expectProblem(await new Api(url).request('POST', '/attachments', bytes), 401);
    });
  });

  describe('GET /emails', () => {
    it('pages through e-mails of one recipient, the newest first', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) ids.unshift(await api.accept({ to: 'pages@example.org' }));
      const first = await api.list('to=pages@example.org&limit=2');
      const cursor = encodeURIComponent(first.cursor ?? '');
      const second = await api.list(`to=pages@example.org&limit=2&cursor=${cursor}`);
      expect(second.cursor).toBeNull();
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    });

    it.each([
      ['status=lost', 'status'],
      ['limit=0', 'limit'],
      ['limit=many', 'limit'],
      ['cursor=x', 'cursor'],
      ['status=sent&status=failed', 'status'],
      ['state=sent', 'state'],
    ])('refuses ?%s, naming it', async (query, field) => {
      expectProblem(await api.get(`/emails?${query}`), 400, field);
    });

    it.each(['x', '00000000-0000-4000-8000-000000000000'])('knows no e-mail %s', async (id) => {
      expectProblem(await api.get(`/emails/${id}`), 404);
      expectProblem(await api.post(`/emails/${id}/resend`), 404);
    });
  });

  it('does not send again what has been sent', async () => {
    const id = await api.accept({ to: 'resend@example.org' });
    await api.reaches(id, 'sent');
    expectProblem(await api.post(`/emails/${id}/resend`), 409);
  });

  it('blocks what goes beyond the limit of one recipient, and says so', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push(await api.accept({ to: 'many@example.org' }));
    for (const id of ids.slice(0, 3)) await api.reaches(id, 'sent');
    const { reason } = await api.reaches(ids[3]!, 'blocked');
    expect(reason).toMatch(/more than 3/);
  });

  describe('the block list', () => {
    const put = (pattern: string, entry: unknown) =>
      api.request('PUT', `/block-list/${encodeURIComponent(pattern)}`, JSON.stringify(entry));

    it('keeps e-mails from denied recipients until the entry is removed', async () => {
      expect((await put('@denied.example', { list: 'deny', reason: 'bounced' })).status).toBe(204);
      expect((await api.get('/block-list')).body).toMatchObject({
        items: [{ pattern: '@denied.example', list: 'deny', reason: 'bounced' }],
      });
      const { reason } = await api.reaches(await api.accept({ to: 'a@denied.example' }), 'blocked');
      expect(reason).toMatch(/deny list/);

      expect((await api.request('DELETE', '/block-list/@denied.example')).status).toBe(204);
      await api.reaches(await api.accept({ to: 'a@denied.example' }), 'sent');
    });

    it('refuses what is no pattern and no list, and cannot remove what it does not have', async () => {
      expectProblem(await put('nobody', { list: 'deny' }), 400, 'pattern');
      expectProblem(await put('a@example.org', { list: 'black' }), 400, 'list');
      expectProblem(await put('a@example.org', { list: 'deny', until: 'x' }), 400, 'until');
      expectProblem(await api.request('DELETE', '/block-list/a@example.org'), 404);
    });
  });

  it('shows an e-mail in the inbox as text, and lets its HTML do nothing', async () => {
    const attack = `<script>alert('x')</script>`;
    await api.reaches(await api.accept({ to: 'x@example.org', subject: attack, html: attack }), 'sent');
    const list = await api.get('/inbox');
    const path = /href="(\/inbox\/\d+)">&lt;script&gt;/.exec(list.text)?.[1];
    const page = await api.get(path!);
    for (const { text, headers } of [list, page]) {
      expect(text).not.toContain('<script');
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    }
    expect(page.text).toMatch(/<iframe [^>]*sandbox="" srcdoc="&lt;script&gt;/);
    expectProblem(await api.get('/inbox/999999'), 404);
  });

  describe('without the token', () => {
    it.each([
      '/emails',
      '/emails/x',
      '/block-list',
      '/inbox',
      '/docs',
      '/docs-json',
      '/nowhere',
      '/health',
      '/health/tasks',
      '/metrics',
      '/',
    ])('refuses %s', async (path) => {
      const answer = await new Api(url).get(path);
      expectProblem(answer, 401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    it.each(['', TOKEN.slice(1), `${TOKEN} x`, TOKEN.toUpperCase()])(
      'refuses the token "%s"',
      async (token) => {
        expectProblem(await new Api(url, token).get('/emails'), 401);
      },
    );

    it('reads no body', async () => {
      expectProblem(await new Api(url).post('/emails', { text: 'x'.repeat(7 * 1024 * 1024) }), 401);
    });

    it('tells whether it lives and is ready', async () => {
      expect(await new Api(url).get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
      for (const probe of ['ready', 'startup']) {
        const { status, body } = await new Api(url).get(`/health/${probe}`);
        expect({ status, body }).toMatchObject({ status: 200, body: { status: 'ok' } });
        expect(JSON.stringify(body)).not.toMatch(/version|latency|message/);
      }
    });

    it('shows those who have it what it measures', async () => {
      const answer = await new Api(url, TOKEN).get('/metrics');
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/^celeriac_email_outbox_rows\{/m);
    });

    it('tells those who have it whether tasks are running', async () => {
      const seen = async () => (await new Api(url, TOKEN).get('/health/tasks')).body as { status: string };
      await until(
        async () => (await seen()).status === 'ok',
        30_000,
        () => 'all is well',
      );
      expect(Object.keys(((await seen()) as unknown as { details: object }).details)).toEqual(
        expect.arrayContaining(['broker', 'database', 'workers', 'queue email', 'outbox', 'smtp']),
      );
    });
  });

  it('answers an unknown path with a problem', async () => {
    expectProblem(await api.get('/nowhere'), 404);
    expectProblem(await api.get('/emails/%E0'), 400);
  });

  it('keeps no secret in its output', async () => {
    expect(app.output).toContain('listening on');
    expect(app.output).not.toContain(TOKEN);
    expect(app.output).not.toMatch(/postgres(ql)?:\/\/[^\s]*:[^\s]*@/);
  });
});
