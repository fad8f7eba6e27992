import type { Comparison } from './comparison.js';
import { compareSides } from './comparison.js';
import { markdownTable } from './markdown-table.js';
import type { BenchRecord } from './record.js';
import type { Spread } from './statistics.js';

const HEADER = ['what', 'bare BullMQ', 'Celeriac', 'ratio', 'target', 'verdict'];

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
  return markdownTable(HEADER, compareSides(record).map(row));
}

function row({ target, bound, bare, celeriac, ratio, met }: Comparison): string[] {
  const show = target.unit === 'ms' ? milliseconds : perSecond;
  const share = (value: number) => value.toFixed(2);
  return [
    target.title,
    `${range(bare, show)} ${target.unit}`,
    `${range(celeriac, show)} ${target.unit}`,
    range(ratio, share),
    'least' in bound ? `≥ ${share(bound.least)}` : `≤ ${share(bound.most)}`,
    met ? 'met' : '**missed**',
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
