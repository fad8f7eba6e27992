import type { AnyEmailInput } from '../../src/email/index.js';

/** What the messages of a run are like. */
export const KINDS = ['text and html', 'template', 'template, late'] as const;
export type Kind = (typeof KINDS)[number];

export const TEMPLATES = {
  'news.subject.liquid': 'News for {{ name }}',
  'news.html.liquid': `<html><body><h1>Hello {{ name }}</h1>{% for item in items %}<p>{{ item }}</p>{% endfor %}</body></html>`,
  'news.text.liquid': 'Hello {{ name }}\n{% for item in items %}{{ item }}\n{% endfor %}',
};

const ITEMS = Array.from(
  { length: 10 },
  (_, index) => `What happened on day ${index} of this month, & more.`,
);
const TEXT = ITEMS.join('\n');
const HTML = ITEMS.map((item) => `<p>${item}</p>`).join('\n');

export function* messagesOf(kind: Kind, count: number, run: string): Generator<AnyEmailInput> {
  for (let index = 0; index < count; index++) {
    const common = {
      to: `Reader ${index} <reader-${run}-${index}@example.com>`,
      idempotencyKey: `${run}-${index}`,
      unsubscribe: { url: `https://example.com/u/${run}-${index}` },
      tags: ['news'],
    };
    if (kind === 'text and html') yield { ...common, subject: `News ${index}`, text: TEXT, html: HTML };
    else {
      const context = { name: `Reader ${index}`, items: ITEMS };
      yield {
        ...common,
        template: 'news',
        context,
        messageClass: kind === 'template' ? 'default' : 'late',
      };
    }
  }
}
