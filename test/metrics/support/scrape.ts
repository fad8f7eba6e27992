import { type Family, parseExposition, type Sample } from './exposition.js';

/** What a scraper has got. */
export class Scrape {
  readonly families: ReadonlyMap<string, Family>;

  constructor(readonly text: string) {
    this.families = parseExposition(text);
  }

  /** @throws if it is not answered as a scrape is */
  static async of(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
    const response = await fetch(url, { headers });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
    const type = response.headers.get('content-type');
    if (type !== 'text/plain; version=0.0.4; charset=utf-8') throw new Error(`It is ${type}`);
    return new Scrape(body);
  }

  samples(name: string, labels: Readonly<Record<string, string>> = {}): Sample[] {
    const all = [...this.families.values()].flatMap(({ samples }) => samples);
    return all.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** All that match, added up; undefined: none does. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined {
    const found = this.samples(name, labels);
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** How many series there are. */
  get series(): number {
    return [...this.families.values()].reduce((sum, { samples }) => sum + samples.length, 0);
  }
}
