import { Inject, Injectable } from '@nestjs/common';
import { InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import type { HealthProbe, HealthReport, HealthSource } from '../tasks/health/health-source.js';
import { HealthSources } from '../tasks/health/health-sources.js';
import { causeOf, type Finding, unknownBecause } from './finding.js';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './options/resolve-health-options.js';

/** A round serves all who ask within this time: whoever hammers the endpoint does not hammer what is behind it. */
const FRESH = 1_000;
const DEFAULT_PROBES: readonly HealthProbe[] = ['tasks'];

type Looks = Map<string, Promise<Finding>>;

/** Looks at the sources of this application: causes first, and what is seen through them only while they are up. */
@Injectable()
export class HealthRounds {
  private readonly rounds = new Map<
    HealthProbe,
    { readonly at: number; readonly findings: Promise<readonly Finding[]> }
  >();

  constructor(
    private readonly sources: HealthSources,
    @Inject(HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
  ) {}

  /** @throws {@link InvalidOptionError} if sources depend on each other in a circle */
  checkOrder(): void {
    for (const source of this.sources.all()) this.follow(source, []);
  }

  /** What is to be seen now, or was a moment ago. Never rejects. */
  look(probe: HealthProbe): Promise<readonly Finding[]> {
    const now = performance.now();
    const last = this.rounds.get(probe);
    if (last && now - last.at < FRESH) return last.findings;
    const looks: Looks = new Map();
    const asked = this.sources.all().filter(({ probes = DEFAULT_PROBES }) => probes.includes(probe));
    const findings = Promise.all(asked.map((source) => this.find(source, looks)));
    this.rounds.set(probe, { at: now, findings });
    return findings;
  }

  /** One of them, and what it is seen through. */
  lookAt(key: string): Promise<Finding> {
    const source = this.sources.get(key);
    if (source) return this.find(source, new Map());
    const known = this.sources.all().map((each) => each.key);
    throw new InvalidOptionError('HealthIndicators', 'key', `is "${key}"`, `There are ${known.join(', ')}.`);
  }

  private find(source: HealthSource, looks: Looks): Promise<Finding> {
    const { key } = source;
    const known = looks.get(key);
    if (known) return known;
    const finding = this.findOut(source, looks);
    looks.set(key, finding);
    return finding;
  }

  private async findOut(source: HealthSource, looks: Looks): Promise<Finding> {
    const { key } = source;
    const cause = await this.cause(source, looks);
    if (cause !== undefined) return unknownBecause(key, cause);
    try {
      return { key, ...(await this.bounded(source)) };
    } catch (error) {
      // What it is seen through may have gone down since.
      const later = await this.cause(source, new Map());
      if (later !== undefined) return unknownBecause(key, later);
      return { key, status: 'down', message: 'it does not answer', error };
    }
  }

  private async cause({ dependsOn = [] }: HealthSource, looks: Looks): Promise<string | undefined> {
    const dependencies = dependsOn.flatMap((key) => this.sources.get(key) ?? []);
    if (dependencies.length === 0) return undefined;
    return causeOf(await Promise.all(dependencies.map((dependency) => this.find(dependency, looks))));
  }

  private async bounded(source: HealthSource): Promise<HealthReport> {
    const { timeout } = this.options;
    const overdue = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(`No answer within ${timeout} ms`);
        overdue.abort(error);
        reject(error);
      }, timeout);
    });
    try {
      return await Promise.race([source.check(overdue.signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private follow({ key, dependsOn = [] }: HealthSource, path: readonly string[]): void {
    if (path.includes(key)) {
      const circle = [...path, key].join(' → ');
      throw new InvalidOptionError('HealthSources', 'dependsOn', `goes in a circle: ${circle}`, 'Break it.');
    }
    for (const dependency of dependsOn) {
      const source = this.sources.get(dependency);
      if (source) this.follow(source, [...path, key]);
    }
  }
}
