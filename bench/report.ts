import { type Comparison, compareSides } from './comparison.js';
import { markdownTable } from './markdown-table.js';
import type { BenchRecord } from './record.js';
import type { Spread } from './statistics.js';

const HEADER = ['what', 'bare BullMQ', 'Celeriac', 'ratio', 'target', 'verdict'];
const LIMITS_HEADER = ['limits', 'without', 'with', 'ratio', 'target', 'verdict'];

/** The figures of a record, for people. */
export function renderRecord(record: BenchRecord, path: string): string {
  const runs = Math.max(...record.runs.map(({ run }) => run));
  const facts = [record.machine, record.server, record.packages].map(listFacts);
  return [
    `${runs} runs on ${record.startedAt.slice(0, 10)}; every call ran exactly once. Raw runs: \`${path}\`.`,
    renderTable(record),
    ...facts.map((fact) => `- ${fact}`),
  ]
    .join('\n\n')
    .replaceAll('\n\n- ', '\n- ')
    .replace('|\n- ', '|\n\n- ');
}

export function renderTable(record: BenchRecord): string {
  const all = compareSides(record);
  const tables = [
    { header: HEADER, comparisons: all.filter(({ against }) => against === 'bare') },
    { header: LIMITS_HEADER, comparisons: all.filter(({ against }) => against !== 'bare') },
  ];
  return tables
    .filter(({ comparisons }) => comparisons.length > 0)
    .map(({ header, comparisons }) => markdownTable(header, comparisons.map(row)))
    .join('\n\n');
}

function row({ target, bound, peer, subject, ratio, met }: Comparison): string[] {
  const show = target.unit === 'ms' ? milliseconds : perSecond;
  const share = (value: number) => value.toFixed(2);
  return [
    target.title,
    `${range(peer, show)} ${target.unit}`,
    `${range(subject, show)} ${target.unit}`,
    range(ratio, share),
    bound === undefined ? '–' : 'least' in bound ? `≥ ${share(bound.least)}` : `≤ ${share(bound.most)}`,
    met === undefined ? '–' : met ? 'met' : '**missed**',
  ];
}

const range = ({ median, min, max }: Spread, show: (value: number) => string): string =>
  `${show(median)} [${show(min)}–${show(max)}]`;

const perSecond = (value: number): string => Math.round(value).toLocaleString('en-US');
const milliseconds = (value: number): string => value.toFixed(2);

const listFacts = (facts: Readonly<Record<string, string | number>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name} ${value === '' ? 'off' : value}`)
    .join(', ');
