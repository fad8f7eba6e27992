import { type Comparison, compareSides } from './comparison.js';
import { markdownTable } from './markdown-table.js';
import type { BenchRecord } from './record.js';
import type { Spread } from './statistics.js';

const HEADER = ['what', 'bare BullMQ', 'Celeriac', 'ratio', 'target', 'verdict'];
const LIMITS_HEADER = ['limits', 'without', 'with', 'ratio or difference', 'target', 'verdict'];

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

function row({ target, bound, peer, subject, result, met }: Comparison): string[] {
  const { title, unit, compared } = target;
  const show = unit === 'ms' || unit === 's' ? hundredths : perSecond;
  const compare = compared === 'difference' ? (value: number) => `+${show(value)}` : hundredths;
  return [
    title,
    `${range(peer, show)} ${unit}`,
    `${range(subject, show)} ${unit}`,
    range(result, compare),
    bound === undefined ? '–' : 'least' in bound ? `≥ ${compare(bound.least)}` : `≤ ${compare(bound.most)}`,
    met === undefined ? '–' : met ? 'met' : '**missed**',
  ];
}

const range = ({ median, min, max }: Spread, show: (value: number) => string): string =>
  `${show(median)} [${show(min)}–${show(max)}]`;

const perSecond = (value: number): string => Math.round(value).toLocaleString('en-US');
const hundredths = (value: number): string => value.toFixed(2);

const listFacts = (facts: Readonly<Record<string, string | number>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name} ${value === '' ? 'off' : value}`)
    .join(', ');
