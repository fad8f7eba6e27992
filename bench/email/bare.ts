import { createTransport } from 'nodemailer';
import { content, recipient } from './content.js';
import type { EmailFigures, EmailOrder } from './order.js';

/** A loop over nodemailer's pool: no outbox, no queue, nothing survives the process. */
export async function sendBare({ smtpPort, connections, messages }: EmailOrder): Promise<EmailFigures> {
  const pool = createTransport({
    host: '127.0.0.1',
    port: smtpPort,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  await pool.sendMail({ from: 'app@example.com', to: recipient(0), ...content(0) });
  const began = performance.now();
  let next = 0;
  const lane = async () => {
    for (let number = next++; number < messages; number = next++) {
      await pool.sendMail({ from: 'App <app@example.com>', to: recipient(number), ...content(number) });
    }
  };
  await Promise.all(Array.from({ length: connections * 2 }, lane));
  const seconds = (performance.now() - began) / 1_000;
  pool.close();
  return { rate: messages / seconds };
}
