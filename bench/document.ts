import { readFile, writeFile } from 'node:fs/promises';
import { latestRecord } from './record.js';
import { renderRecord } from './report.js';
import type { BrokerName } from './round/index.js';

const DOCUMENT = 'docs/benchmarks.md';

/** Puts the figures of the newest record of a broker into the document, between its marks. */
export async function updateDocument(broker: BrokerName): Promise<void> {
  const latest = await latestRecord(broker);
  if (!latest) return;
  const text = await readFile(DOCUMENT, 'utf8');
  const [begin, end] = [`<!-- figures: ${broker} -->`, `<!-- end of figures: ${broker} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${DOCUMENT} has no place for figures: it lacks "${begin}" … "${end}"`);
  const figures = renderRecord(latest.record, latest.path);
  await writeFile(DOCUMENT, `${text.slice(0, from + begin.length)}\n\n${figures}\n\n${text.slice(to)}`);
}
