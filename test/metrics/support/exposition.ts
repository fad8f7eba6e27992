/*
 * The text format of Prometheus, version 0.0.4, read as strictly as it is written down: what Prometheus would refuse, or
 * take for something else than was meant, is refused here.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\\\n]|\\\\\\\\|\\\\n)*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;

/** @throws if it is not as it should be */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  if (!text.isWellFormed() || text.includes('\r')) throw new Error('It is no well-formed text');
  const families = new Map<string, Family>();
  let help: RegExpExecArray | undefined;
  let family: Family | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    if (line.startsWith('# HELP')) {
      help = HELP.exec(line) ?? refuse('no HELP', line);
      family = undefined;
    } else if (line.startsWith('# TYPE')) {
      const [, name = '', type] = TYPE.exec(line) ?? refuse('no TYPE', line);
      if (help?.[1] !== name) refuse('a TYPE without its HELP', line);
      if (families.has(name)) refuse('a metric a second time', line);
      family = { name, type: type as Family['type'], help: help?.[2] ?? '', samples: [] };
      families.set(name, family);
    } else {
      const sample = parseSample(line);
      if (!family || !belongs(sample, family)) refuse('a sample among those of another metric', line);
      family?.samples.push(sample);
    }
  }
  for (const each of families.values()) check(each);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = '', list = '', number = ''] = SAMPLE.exec(line) ?? refuse('no sample', line);
  if (!NUMBER.test(number)) refuse('no number', line);
  const labels: Record<string, string> = {};
  for (let rest = list; rest !== '';) {
    const [all = '', label = '', value = '', comma] = LABEL.exec(rest) ?? refuse('no label', line);
    if (Object.hasOwn(labels, label)) refuse('a label a second time', line);
    labels[label] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(all.length);
    if (comma === ',' && rest === '') refuse('a comma too many', line);
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function belongs({ name, labels }: Sample, { name: family, type }: Family): boolean {
  if (type !== 'histogram') return name === family;
  return name === `${family}_bucket`
    ? 'le' in labels
    : name === `${family}_sum` || name === `${family}_count`;
}

function check({ name, type, help, samples }: Family): void {
  if (help.trim() === '') refuse('no help', name);
  if (type === 'counter' && !name.endsWith('_total')) refuse('a counter that is not called so', name);
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = keyOf(sample);
    if (seen.has(key)) refuse('a series a second time', key);
    seen.add(key);
    if (Number.isNaN(sample.value)) refuse('not a number', key);
    if (type !== 'gauge' && sample.value < 0) refuse('less than none', key);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const bySeries = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = keyOf({ name, labels });
    bySeries.set(key, [...(bySeries.get(key) ?? []), sample]);
  }
  for (const [key, series] of bySeries) {
    const buckets = series.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number((labels['le'] ?? '').replace('Inf', 'Infinity')));
    const rising = (values: readonly number[]) =>
      values.every((value, index) => value >= (values[index - 1] ?? 0));
    if (!rising(bounds) || bounds.at(-1) !== Infinity) refuse('buckets out of order', key);
    if (!rising(buckets.map(({ value }) => value))) refuse('buckets that do not add up', key);
    const count = series.filter((sample) => sample.name === `${name}_count`);
    if (count.length !== 1 || count[0]?.value !== buckets.at(-1)?.value)
      refuse('a count that is another', key);
    if (series.filter((sample) => sample.name === `${name}_sum`).length !== 1) refuse('no sum', key);
  }
}

const keyOf = ({ name, labels }: Pick<Sample, 'name' | 'labels'>): string =>
  `${name}${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;

function refuse(what: string, where: string): never {
  throw new Error(`There is ${what}: ${where}`);
}
