import { commandGroup } from '../command-group.js';
import { listCommand } from './list.command.js';
import { scheduleAction } from './schedule-action.js';

export const runSchedules = commandGroup({
  name: 'schedules',
  about: 'Schedules: those of the code, those made at run time, and what this package does by itself.',
  commands: [
    listCommand,
    scheduleAction({
      name: 'show',
      summary: 'all that is known of one, and its next five times',
      about: 'Shows a schedule, and its next five times.',
      act: async () => undefined,
    }),
    scheduleAction({
      name: 'pause',
      summary: 'no run until it is resumed, also across deploys',
      about: 'Keeps a schedule from running until it is resumed, also across deploys.',
      act: (schedules, id) => schedules.pause(id),
    }),
    scheduleAction({
      name: 'resume',
      summary: 'the next slot after now is its next run',
      about: 'Has a paused schedule run again. What it was paused for is not made up for.',
      act: (schedules, id) => schedules.resume(id),
    }),
    scheduleAction({
      name: 'run',
      summary: 'call its task now, beside its slots',
      about: 'Calls the task of a schedule now, beside its slots.',
      act: (schedules, id) => schedules.runNow(id),
    }),
  ],
  byDefault: listCommand,
  failure: 'no broker, no application, an id that no schedule has',
});
