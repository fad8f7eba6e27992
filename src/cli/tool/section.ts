/** A part of a page. Indented: text from elsewhere cannot pass for a heading of ours. */
export function section(title: string, text: string): string {
  const indent = `${/^ */.exec(title)?.[0] ?? ''}  `;
  return `${title}\n${text.replace(/^/gm, indent)}`;
}
