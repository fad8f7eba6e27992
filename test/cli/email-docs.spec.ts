import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIST_OPTIONS, RESEND_UNSENT_OPTIONS } from '../../src/cli/email/email-options.js';

describe('docs/cli.md, of celeriac email', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const [, part = ''] = page.split('## `celeriac email`');

  it.each(Object.entries({ ...LIST_OPTIONS, ...RESEND_UNSENT_OPTIONS }))('tells of --%s', (name, option) => {
    const value = 'value' in option ? ` ${option.value}` : '';
    expect(part).toContain(`\`--${name}${value}\``);
  });
});
