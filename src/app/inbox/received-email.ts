import PostalMime, { type Address } from 'postal-mime';

/** An e-mail the development inbox accepted. */
export interface ReceivedEmail {
  readonly id: string;
  readonly receivedAt: Date;
  readonly from: string;
  /** Of the envelope: who gets it, whatever the headers say. */
  readonly recipients: readonly string[];
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly string[];
}

export interface Envelope {
  readonly from: string;
  readonly recipients: readonly string[];
}

export async function parseReceived(id: string, envelope: Envelope, raw: Uint8Array): Promise<ReceivedEmail> {
  const parsed = await PostalMime.parse(raw);
  return {
    id,
    receivedAt: new Date(),
    from: addresses(parsed.from ? [parsed.from] : []) || envelope.from,
    recipients: envelope.recipients,
    to: addresses(parsed.to),
    cc: addresses(parsed.cc),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    text: parsed.text,
    html: parsed.html,
    attachments: parsed.attachments.map(({ filename, mimeType }) => filename ?? mimeType),
  };
}

function addresses(list: readonly Address[] = []): string {
  return list
    .flatMap((entry) => entry.group ?? [entry])
    .map(({ name, address }) => (name ? `${name} <${address}>` : address))
    .join(', ');
}
