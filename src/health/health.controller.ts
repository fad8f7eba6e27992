import { Controller, Get, HttpException, Inject, Req, Res, type Type } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import { HealthIndicators } from './health-indicators.service.js';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './options/resolve-health-options.js';
import { type Access, type Asker, bearerAccess } from '../tasks/access/bearer-access.js';

/** Express and Fastify have this in common. */
interface ProbeResponse {
  status(code: number): unknown;
}

/** The probes, under a path that is known when the module is made. */
export function healthControllerAt(path: string): Type {
  /**
   * `live`: this process turns, whatever has become of broker and database; a restart would help neither.
   * `ready`, `startup`: it can do its work. `tasks`: everything, for alerts and for those who hold the token.
   */
  @Controller(path)
  class HealthController {
    private started = false;
    private readonly access: Access;

    constructor(
      private readonly indicators: HealthIndicators,
      private readonly terminus: HealthCheckService,
      @Inject(HEALTH_OPTIONS) { token }: ResolvedHealthOptions,
    ) {
      this.access = bearerAccess(token, 'HealthModule: token');
    }

    @Get('live')
    live(): object {
      return { status: 'ok' };
    }

    @Get('ready')
    @HealthCheck()
    async ready(@Res({ passthrough: true }) response: ProbeResponse): Promise<unknown> {
      return this.answer(response, await this.indicators.all('ready', false));
    }

    /** Once it has been ready, it has started. */
    @Get('startup')
    @HealthCheck()
    async startup(@Res({ passthrough: true }) response: ProbeResponse): Promise<unknown> {
      if (this.started) return { status: 'ok' };
      const results = await this.indicators.all('ready', false);
      const answer = await this.answer(response, results);
      this.started = results.every((result) =>
        Object.values(result).every(({ status }) => status !== 'down'),
      );
      return answer;
    }

    /** @throws HttpException 401 or 403 */
    @Get('tasks')
    @HealthCheck()
    async tasks(
      @Req() request: Asker,
      @Res({ passthrough: true }) response: ProbeResponse,
    ): Promise<unknown> {
      const refusal = this.access(request);
      if (refusal) throw new HttpException(refusal.message, refusal.status);
      return this.answer(response, await this.indicators.all('tasks', true));
    }

    /** Terminus throws what it found, and filters of the application may make something else of that. */
    private async answer(
      response: ProbeResponse,
      results: readonly HealthIndicatorResult[],
    ): Promise<unknown> {
      try {
        return await this.terminus.check(results.map((result) => () => result));
      } catch (error) {
        if (!(error instanceof HttpException)) throw error;
        response.status(error.getStatus());
        return error.getResponse();
      }
    }
  }
  return HealthController;
}
