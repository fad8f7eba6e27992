import { Injectable } from '@nestjs/common';
import { Scheduled, Task } from '../../../src/index.js';

/** Tasks with a schedule. */
@Injectable()
export class ReportTasks {
  @Scheduled('0 3 * * *', { id: 'nightly', tz: 'Europe/Berlin', with: ['all'] })
  @Task({ name: 'reports.make' })
  async make(which: string): Promise<string> {
    return which;
  }
}
