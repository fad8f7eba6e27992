import { Injectable } from '@nestjs/common';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import type { GaugeSource } from './gauge-source.js';

/**
 * Where modules say what of theirs can be measured. MetricsModule shows it; without it nobody looks.
 *
 * @publicApi
 */
@Injectable()
export class GaugeSources {
  private readonly sources: GaugeSource[] = [];
  private readonly names = new Set<string>();

  /** Adds one, at boot. @throws {@link InvalidOptionError} if the name of a gauge is taken */
  add(source: GaugeSource): void {
    for (const { name } of source.gauges) {
      if (this.names.has(name))
        throw new InvalidOptionError('GaugeSources', 'name', `"${name}" is taken`, 'Choose another one.');
      this.names.add(name);
    }
    this.sources.push(source);
  }

  all(): readonly GaugeSource[] {
    return this.sources;
  }
}
