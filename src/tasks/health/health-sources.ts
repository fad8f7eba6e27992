import { Injectable } from '@nestjs/common';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import type { HealthSource } from './health-source.js';

/**
 * Where modules say what of theirs can be looked at. HealthModule looks; without it nobody does.
 *
 * @publicApi
 */
@Injectable()
export class HealthSources {
  private readonly byKey = new Map<string, HealthSource>();

  /** Adds one, at boot. @throws {@link InvalidOptionError} if the key is taken */
  add(source: HealthSource): void {
    if (this.byKey.has(source.key))
      throw new InvalidOptionError('HealthSources', 'key', `"${source.key}" is taken`, 'Choose another one.');
    this.byKey.set(source.key, source);
  }

  get(key: string): HealthSource | undefined {
    return this.byKey.get(key);
  }

  all(): HealthSource[] {
    return [...this.byKey.values()];
  }
}
