import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DevelopmentInbox } from '../../src/app/inbox/development-inbox.js';
import { inboxList } from '../../src/app/inbox/inbox-list.js';
import { inboxMessage } from '../../src/app/inbox/inbox-message.js';
import { deliver } from './smtp-client.js';

describe('the development inbox', () => {
  let inbox: DevelopmentInbox;
  beforeEach(async () => void (inbox = await DevelopmentInbox.open()));
  afterEach(() => inbox.close());

  it('keeps what it accepted over SMTP, the newest first', async () => {
    await deliver(inbox.url, { to: 'ada@example.org', subject: 'One' });
    await deliver(inbox.url, { to: 'bob@example.org', subject: 'Zwei – €', text: 'Grüße' });

    const [newest, oldest] = inbox.list();
    expect(newest).toMatchObject({
      subject: 'Zwei – €',
      recipients: ['bob@example.org'],
      from: 'Test <test@example.com>',
    });
    expect(newest?.text).toContain('Grüße');
    expect(oldest).toMatchObject({ subject: 'One', to: 'ada@example.org' });
    expect(inbox.get(oldest!.id)).toBe(oldest);
  });

  it('forgets the oldest above 500', async () => {
    for (let sent = 0; sent < 502; sent += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, 502 - sent) }, (_, n) =>
          deliver(inbox.url, { to: 'ada@example.org', subject: `${sent + n}` }),
        ),
      );
    expect(inbox.list()).toHaveLength(500);
    expect(inbox.get('2')).toBeUndefined();
    expect(inbox.get('502')).toBeDefined();
  });

  it('shows hostile subjects and bodies as text, and HTML in a frame that may do nothing', async () => {
    const attack = `"><script>alert('x')</script>`;
    await deliver(inbox.url, {
      to: 'ada@example.org',
      subject: attack,
      text: attack,
      html: `<p>${attack}</p>`,
    });

    const [email] = inbox.list();
    for (const page of [inboxList([email!]).source, inboxMessage(email!).source]) {
      expect(page).not.toContain('<script');
      expect(page).toContain('&lt;script&gt;');
    }
    expect(inboxMessage(email!).source).toMatch(/<iframe [^>]*sandbox=""[^>]*srcdoc="&lt;p&gt;/);
  });
});
