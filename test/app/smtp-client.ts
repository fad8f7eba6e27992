import { createTransport } from 'nodemailer';

export interface TestEmail {
  to: string;
  subject: string;
  text?: string;
  html?: string;
}

/** Hands an e-mail over to an SMTP server, on a connection of its own. */
export async function deliver(url: string, email: TestEmail): Promise<void> {
  const transport = createTransport(url);
  try {
    await transport.sendMail({ from: 'Test <test@example.com>', text: 'Hello', ...email });
  } finally {
    transport.close();
  }
}
