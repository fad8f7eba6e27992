import { type ScheduleInfo, type Schedules, UnknownScheduleError } from '../../schedule/index.js';
import { printableJson } from '../../tasks/encoder/printable.js';
import type { Command } from '../commands.js';
import { UsageError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { listOptions, readCommandLine } from '../read-options.js';
import { requiredApp } from '../tool/required-app.js';
import { takeStdout } from '../tool/stdout.js';
import { ownZone, SCHEDULE_OPTIONS } from './schedule-options.js';
import { schedulePage } from './schedule-page.js';
import { withSchedules } from './schedules-of-app.js';

/** Something that is done with one schedule, which is then shown. */
interface ScheduleAction {
  /** `pause` */
  readonly name: string;
  /** One line of the overview. */
  readonly summary: string;
  /** What it does, for the help. */
  readonly about: string;
  readonly act: (schedules: Schedules, id: string) => Promise<unknown>;
}

export function scheduleAction({ name, summary, about, act }: ScheduleAction): Command {
  const command = `celeriac schedules ${name}`;
  const help = `Usage: ${command} <id> --app <file>[#<export>] [options]

${about}

${listOptions(SCHEDULE_OPTIONS)}`;
  return {
    name,
    summary,
    async run(args) {
      const line = readCommandLine(command, SCHEDULE_OPTIONS, args);
      if (!line) {
        process.stdout.write(`${help}\n`);
        return EXIT_CODE.done;
      }
      const { options, positionals } = line;
      const app = requiredApp(command, options);
      const [id, ...more] = positionals;
      if (id === undefined || more.length > 0) throw new UsageError(command, `${command}: name one id.`);
      const { tz = ownZone() } = options;
      const print = takeStdout();
      await withSchedules(app, command, async (schedules) => {
        await act(schedules, id);
        const info = await found(schedules, id);
        await print(options.json ? printableJson(info) : schedulePage(info, tz));
      });
      return EXIT_CODE.done;
    },
  };
}

async function found(schedules: Schedules, id: string): Promise<ScheduleInfo> {
  const info = await schedules.get(id);
  if (!info) throw new UnknownScheduleError(id);
  return info;
}
