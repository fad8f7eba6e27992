import { printableJson } from '../../tasks/encoder/printable.js';
import type { Command } from '../commands.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readOptions } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import { ownZone, SCHEDULE_OPTIONS } from './schedule-options.js';
import { scheduleTable } from './schedule-table.js';
import { withSchedules } from './schedules-of-app.js';

const NAME = 'celeriac schedules list';

const HELP = `Usage: ${NAME} --app <file>[#<export>] [options]

Lists all schedules: those of the code, those made at run time, and what this package does by itself.

${listOptions(SCHEDULE_OPTIONS)}`;

export const listCommand: Command = {
  name: 'list',
  summary: 'all of them, with their last run and the next (the default)',
  async run(args) {
    const options = readOptions(NAME, SCHEDULE_OPTIONS, args);
    if (!options) {
      process.stdout.write(`${HELP}\n`);
      return EXIT_CODE.done;
    }
    const app = requiredApp(NAME, options);
    const { tz = ownZone() } = options;
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    const print = takeStdout();
    await withSchedules(app, NAME, async (schedules) => {
      const all = await schedules.list();
      if (options.json) return print(printableJson({ schedules: all }));
      await print(all.length === 0 ? 'There are no schedules.' : scheduleTable(all, tz, width));
    });
    return EXIT_CODE.done;
  },
};
