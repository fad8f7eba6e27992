import {
  acceptedEmailSchema,
  type EmailBody,
  emailPageSchema,
  type EmailPageBody,
  emailSchema,
} from '../../src/app/emails/email.schema.js';
import { until } from '../support/until.js';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** Of JSON; else undefined. */
  readonly body: unknown;
}

/** Speaks HTTP to an application. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly token?: string,
  ) {}

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.request('POST', path, JSON.stringify(body));
  }

  async request(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = { 'Content-Type': 'application/json' },
  ): Promise<Answer> {
    const authorization: Record<string, string> =
      this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...authorization, ...headers },
      body: body ?? null,
    });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return {
      status: response.status,
      type,
      headers: response.headers,
      text,
      body: type.endsWith('json') ? (JSON.parse(text) as unknown) : undefined,
    };
  }

  /** Has an e-mail accepted. @returns its id */
  async accept(email: object): Promise<string> {
    const answer = await this.post('/emails', { subject: 'Hello', text: 'Hello', ...email });
    if (answer.status !== 202) throw new Error(answer.text);
    return acceptedEmailSchema.parse(answer.body).id;
  }

  async list(query: string): Promise<EmailPageBody> {
    return emailPageSchema.parse(await this.found(`/emails?${query}`));
  }

  async email(id: string): Promise<EmailBody> {
    return emailSchema.strict().parse(await this.found(`/emails/${id}`));
  }

  private async found(path: string): Promise<unknown> {
    const { status, body, text } = await this.get(path);
    if (status !== 200) throw new Error(text);
    return body;
  }

  /** Waits until an e-mail has a status. */
  async reaches(id: string, status: string): Promise<EmailBody> {
    let email = await this.email(id);
    const look = async () => (email = await this.email(id)).status === status;
    await until(look, 20_000, () => `status ${status} of ${JSON.stringify(email)}`);
    return email;
  }
}
