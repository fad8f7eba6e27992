import { CeleriacError } from '../tasks/errors/celeriac.error.js';
import type { Notice, NotificationChannel } from './notification-channel.js';

/** A webhook did not take what it was sent. */
export class WebhookRefusedError extends CeleriacError {
  constructor(readonly status: number) {
    super(`The webhook answered with ${status}. Look at its address, and at who may post there.`);
  }
}

/** Posts `{ "text": … }`, as Slack, Mattermost, Rocket.Chat and Discord (`/slack`) take it. */
export class WebhookChannel implements NotificationChannel {
  constructor(private readonly url: string) {}

  /** @throws {@link WebhookRefusedError} */
  async send({ title, lines }: Notice, signal: AbortSignal): Promise<void> {
    const text = [`*${title}*`, ...lines.map((line) => `• ${line}`)].join('\n');
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new WebhookRefusedError(response.status);
  }
}
