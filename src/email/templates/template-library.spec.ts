import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidTemplateError, TemplateRenderError, UnknownTemplateError } from '../errors/index.js';
import { defineTemplate } from './email-template.js';
import { TemplateLibrary } from './template-library.js';

const directories: string[] = [];

async function directoryOf(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'templates-'));
  directories.push(directory);
  for (const [file, source] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), source);
  }
  return directory;
}

const load = async (files: Record<string, string>, declared: string[] = []) =>
  TemplateLibrary.load({
    directory: await directoryOf(files),
    declared: declared.map((name) => defineTemplate(name)),
  });

const welcome = {
  'welcome.subject.liquid': 'Hello {{ name }}\n',
  'welcome.html.liquid':
    `{% layout 'layouts/main' %}{% block body %}<p>Hi {{ name }}</p>\n` +
    `{% render 'partials/button', link: link %}{% endblock %}`,
  'layouts/main.html.liquid': '<html><body>{% block body %}{% endblock %}</body></html>',
  'partials/button.html.liquid': '<a href="{{ link }}">Go</a>',
  'README.md': 'not a template',
};
const context = { name: 'Ann', link: 'https://example.com/' };

describe('templates', () => {
  afterAll(() =>
    Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))),
  );

  it('are what has a subject, rendered with layouts and partials', async () => {
    const library = await load(welcome);
    expect(library.names).toEqual(['welcome']);
    expect(library.get('welcome').render(context)).toEqual({
      subject: 'Hello Ann',
      html: '<html><body><p>Hi Ann</p>\n<a href="https://example.com/">Go</a></body></html>',
      text: 'Hi Ann\n\nGo [https://example.com/]',
    });
  });

  it('take their plain text from a file of its own, if there is one', async () => {
    const library = await load({ ...welcome, 'welcome.text.liquid': 'Hi {{ name }}' });
    expect(library.get('welcome').render({ ...context, name: '<Ann>' })).toMatchObject({
      text: 'Hi <Ann>',
      html: expect.stringContaining('Hi &lt;Ann&gt;'),
    });
    const plain = await load({ 'a/b.subject.liquid': 's', 'a/b.text.liquid': 't' });
    expect(plain.get('a/b').render({})).toEqual({ subject: 's', html: null, text: 't' });
  });

  it('may ask for what may be absent, and for nothing else', async () => {
    const library = await load({
      'a.subject.liquid': 's',
      'a.text.liquid': `{% if nick %}{{ nick }}{% endif %}{{ age | default: 'unknown' }}`,
      'b.subject.liquid': 's',
      'b.text.liquid': 'fine\n{{ user.nick }}',
      'c.subject.liquid': 's',
      'c.html.liquid': `\n\n{% render 'partial' %}`,
      'partial.html.liquid': '\n{{ user }}',
    });
    expect(library.get('a').render({}).text).toBe('unknown');
    const refusal = (name: string, given: object) => {
      try {
        return library.get(name).render(given);
      } catch (error) {
        return error;
      }
    };
    expect(refusal('b', { user: {} })).toMatchObject({
      template: 'b',
      place: 'b.text.liquid, line 2',
      problem: 'undefined variable: user.nick',
    });
    expect(refusal('c', {})).toMatchObject({ template: 'c', place: 'partial.html.liquid, line 2' });
  });

  it.each<[string, Record<string, string>, string]>([
    ['an open tag', { 'a.html.liquid': '\n{% if x %}' }, 'a.html.liquid, line 2: tag {% if x %} not closed'],
    ['an unknown tag', { 'a.html.liquid': '{% sql %}' }, 'a.html.liquid, line 1: tag "sql" not found'],
    ['an unknown filter', { 'a.text.liquid': '{{ x | upper }}' }, 'line 1: undefined filter: upper'],
    ['a missing partial', { 'a.html.liquid': `{% render 'b' %}` }, 'a.html.liquid: there is no "b"'],
    ['a missing layout', { 'a.html.liquid': `{% layout 'b' %}` }, 'a.html.liquid: there is no "b"'],
    [
      'a partial of the other kind',
      { 'a.html.liquid': `{% render 'b' %}`, 'b.text.liquid': '' },
      'there is no "b"',
    ],
    [
      'a partial outside',
      { 'a.html.liquid': `{% render '../../etc/passwd' %}` },
      'there is no "../../etc/passwd"',
    ],
    ['a name without its part', { 'a.liquid': '' }, 'a.liquid: its name is not one of a template'],
    ['a name with a space', { 'a b.html.liquid': '' }, 'a b.html.liquid: its name is not one of a template'],
    ['a subject alone', { 'a.subject.liquid': 's' }, 'a.subject.liquid: it is the subject of nothing'],
  ])('fail the boot with %s', async (_what, files, message) => {
    await expect(load(files)).rejects.toThrow(InvalidTemplateError);
    await expect(load(files)).rejects.toThrow(message);
  });

  it('fail the boot if the directory is not there, or one that is declared', async () => {
    const nowhere = TemplateLibrary.load({ directory: '/nowhere/at/all', declared: [] });
    await expect(nowhere).rejects.toThrow('option "templates.directory" cannot be read');
    await expect(load(welcome, ['goodbye'])).rejects.toThrow(UnknownTemplateError);
    await expect(load(welcome, ['goodbye'])).rejects.toThrow('There is no e-mail template "goodbye"');
  });

  it('do not hang, nor fill the memory', async () => {
    const loops = '{% for a in xs %}{% for b in xs %}{% for c in xs %}{% for d in xs %}.';
    const ends = '{% endfor %}'.repeat(4);
    const library = await load({
      'time.subject.liquid': 's',
      'time.text.liquid': loops + ends,
      'space.subject.liquid': 's',
      'space.text.liquid': '{% for i in (1..900000000) %}.{% endfor %}',
      'large.subject.liquid': 's',
      'large.text.liquid': '{% for a in xs %}{{ text }}{% endfor %}',
    });
    const xs = Array.from({ length: 300 }, () => 1);
    expect(() => library.get('time').render({ xs })).toThrow('template render limit exceeded');
    expect(() => library.get('space').render({})).toThrow('memory alloc limit exceeded');
    expect(() => library.get('large').render({ xs, text: 'x'.repeat(10_000) })).toThrow(
      'what it comes to has 3000000 bytes',
    );
  });

  it.each(['constructor', '__proto__', 'toString', '../welcome', ''])('have no %j', async (name) => {
    const library = await load(welcome);
    expect(() => library.get(name)).toThrow(UnknownTemplateError);
  });

  it('never give a subject of two lines, nor HTML that the context has written', async () => {
    const library = await load({
      's.subject.liquid': 'About {{ a }} and {{ b.c }}',
      's.html.liquid': '<p title="{{ a }}">{{ b.c }}</p>',
      's.text.liquid': '{{ a }}',
    });
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({
        unit: fc.constantFrom(...Array.from('<>"\'&;\r\n{}%|a '), '{{ b }}', '<script>', 'Bcc: '),
        maxLength: 20,
      }),
    );
    fc.assert(
      fc.property(evil, evil, (a, c) => {
        try {
          const { subject, html } = library.get('s').render({ a, b: { c } });
          expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(html).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateRenderError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
