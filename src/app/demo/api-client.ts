import type { AcceptedEmailBody, EmailPageBody, EmailSummaryBody } from '../emails/email.schema.js';

const PATIENCE_MS = 30_000;

/** Speaks to the application as any client would: over HTTP. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly signal: AbortSignal,
  ) {}

  async send(email: Readonly<Record<string, string>>): Promise<AcceptedEmailBody> {
    return (await this.request('POST', '/emails', email)) as AcceptedEmailBody;
  }

  async deny(address: string, reason: string): Promise<void> {
    await this.request('PUT', `/block-list/${encodeURIComponent(address)}`, { list: 'deny', reason });
  }

  /** All e-mails, of every page. */
  async list(): Promise<EmailSummaryBody[]> {
    const items: EmailSummaryBody[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.request('GET', `/emails?limit=200${query}`)) as EmailPageBody;
      items.push(...page.items);
      cursor = page.cursor;
    }
    return items;
  }

  private async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
