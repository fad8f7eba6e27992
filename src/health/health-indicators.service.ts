import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthProbe } from '../tasks/health/health-source.js';
import type { Finding } from './finding.js';
import { HealthRounds } from './health-rounds.js';

/**
 * Everything that can be looked at, as indicators of @nestjs/terminus for a controller of your own:
 * `health.check([() => indicators.check('broker'), () => indicators.check('queue email')])`.
 *
 * Terminus knows no `unknown`: what is seen through something that is down is `degraded` there, and says in `state` and
 * `message` what it is; of what breaks together, the cause alone fails the check.
 *
 * @publicApi
 */
@Injectable()
export class HealthIndicators {
  constructor(
    private readonly rounds: HealthRounds,
    private readonly terminus: HealthIndicatorService,
  ) {}

  /**
   * One of `broker`, `workers`, `queue <name>`, `canary <name>`, and what other modules add: `database`, `dispatcher`,
   * `outbox`, `undecided`, `smtp`. It never throws for what it finds.
   *
   * @throws {@link InvalidOptionError} if there is none
   */
  async check<const K extends string>(key: K): Promise<HealthIndicatorResult<K>> {
    return this.resultOf(await this.rounds.lookAt(key), true) as HealthIndicatorResult<K>;
  }

  /** All that a probe asks for. @param detailed with messages and numbers; else statuses only */
  async all(probe: HealthProbe, detailed: boolean): Promise<HealthIndicatorResult[]> {
    return (await this.rounds.look(probe)).map((finding) => this.resultOf(finding, detailed));
  }

  private resultOf({ key, status, message, data }: Finding, detailed: boolean): HealthIndicatorResult {
    const session = this.terminus.check(key);
    const shown = { state: status, ...(detailed && { ...(message !== undefined && { message }), ...data }) };
    if (status === 'up') return session.up(shown);
    return status === 'down' ? session.down(shown) : session.degraded(shown);
  }
}
