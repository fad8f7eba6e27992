import { Inject, Injectable } from '@nestjs/common';
import { UnknownLimitError } from '../tasks/errors/limit.errors.js';
import type { BreakerSpec } from '../tasks/options/limits/limit-policy.js';
import type { RateSpec } from '../tasks/options/limits/rate.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { TaskRegistry } from '../tasks/registry/task.registry.js';

/** The limits of this application by name: those of TasksModule, and those of the tasks it knows. */
@Injectable()
export class KnownLimits {
  private readonly declared = new Map<string, BreakerSpec>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly registry: TaskRegistry,
  ) {}

  rates(): ReadonlyMap<string, RateSpec> {
    const own = this.policies().flatMap(({ rateLimit }) => rateLimit);
    return new Map([
      ...own.map(({ name, rate }) => [name, rate] as const),
      ...Object.entries(this.options.rateLimits),
    ]);
  }

  /** @throws {@link UnknownLimitError} */
  rate(name: string): RateSpec {
    return lookUp('rate limit', name, this.rates());
  }

  /** By task. */
  concurrency(): ReadonlyMap<string, number> {
    const limits = this.registry
      .all()
      .map(({ name, policy }) => [name, policy.maxConcurrency?.limit] as const);
    return new Map(limits.filter((limit): limit is [string, number] => limit[1] !== undefined));
  }

  /** Adds a breaker of a module's own. What TasksModule says of its name goes before. */
  declareBreaker(name: string, breaker: BreakerSpec): void {
    this.declared.set(name, breaker);
  }

  breakers(): ReadonlyMap<string, BreakerSpec> {
    const own = this.policies().flatMap(({ breaker }) => breaker ?? []);
    return new Map([
      ...this.declared,
      ...own.map((breaker) => [breaker.name, breaker] as const),
      ...Object.entries(this.options.breakers),
    ]);
  }

  /** @throws {@link UnknownLimitError} */
  breaker(name: string): BreakerSpec {
    return lookUp('breaker', name, this.breakers());
  }

  private policies() {
    return this.registry.all().map(({ policy }) => policy);
  }
}

export function lookUp<T>(kind: UnknownLimitError['kind'], name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name);
  if (found === undefined) throw new UnknownLimitError(kind, name, [...all.keys()]);
  return found;
}
