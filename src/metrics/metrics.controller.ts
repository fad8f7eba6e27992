import { Controller, Get, Header, type Type, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { MetricsAccessGuard } from './metrics-access.guard.js';
import { MetricsService } from './metrics.service.js';

/** The text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves metrics at a path. */
export function metricsController(path: string): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(MetricsAccessGuard)
  class MetricsController {
    constructor(private readonly metrics: MetricsService) {}

    @Get()
    @Header('Content-Type', CONTENT_TYPE)
    @Header('Cache-Control', 'no-store')
    read(): Promise<string> {
      return this.metrics.text();
    }
  }
  return MetricsController;
}
