import {
  BadRequestException,
  Controller,
  Get,
  Header,
  Inject,
  Query,
  ServiceUnavailableException,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { accessGuard } from '../../tasks/access/access-guard.js';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { Schedules } from '../schedules.service.js';
import { timezone } from '../slots/index.js';
import { scheduleJson, type ScheduleJson } from './schedule-json.js';
import { SCHEDULES_SETTINGS } from './schedules-options.js';

const AccessGuard = accessGuard(SCHEDULES_SETTINGS, 'SchedulesModule: token');

/** Lists schedules at a path. */
export function schedulesController(path: string): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(AccessGuard)
  class SchedulesController {
    constructor(@Inject(Schedules) private readonly schedules: Schedules) {}

    /**
     * @param tz the viewer's time zone. Defaults to UTC
     * @throws BadRequestException, ServiceUnavailableException
     */
    @Get()
    @Header('Cache-Control', 'no-store')
    async list(@Query('tz') tz: unknown): Promise<{ schedules: ScheduleJson[] }> {
      const zone = tz === undefined ? 'UTC' : zoneOf(tz);
      const schedules = await this.schedules.list().catch(unavailable);
      return { schedules: schedules.map((info) => scheduleJson(info, zone)) };
    }
  }
  return SchedulesController;
}

function unavailable(error: unknown): never {
  if (error instanceof BrokerUnavailableError)
    throw new ServiceUnavailableException('The broker does not answer. Try again.');
  throw error;
}

/** @throws BadRequestException */
function zoneOf(tz: unknown): string {
  try {
    return timezone(tz, 'GET /schedules', 'tz');
  } catch (error) {
    if (error instanceof InvalidOptionError) throw new BadRequestException(error.message);
    throw error;
  }
}
