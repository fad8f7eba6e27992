import { describe, expect, it } from 'vitest';
import { html } from '../../src/app/inbox/html.js';

describe('the HTML of the inbox', () => {
  it('escapes every value, in text and in quoted attributes', () => {
    expect(html`<p title="${`"'`}">${'<b>&'}</p>`.source).toBe('<p title="&quot;&#39;">&lt;b&gt;&amp;</p>');
  });

  it('takes HTML it made itself as it is, alone and in lists', () => {
    const items = [html`<i>${'<'}</i>`, html`<i>2</i>`];
    expect(html`<b>${items}${html`<u>3</u>`}</b>`.source).toBe('<b><i>&lt;</i><i>2</i><u>3</u></b>');
  });
});
