import { text, type Parser } from '../../tasks/options/option-parsers.js';
import { calendarOf, neverDue } from './calendar.js';

const written = text(/\S/, `Write a cron expression, such as '0 3 * * *' or '@daily'.`);

/** A cron expression that is due some day, with single spaces. */
export const cronExpression: Parser<string> = (value, subject, field) => {
  const trimmed = written(value, subject, field).trim().replaceAll(/\s+/g, ' ');
  const cron = trimmed.startsWith('@') ? trimmed.toLowerCase() : trimmed;
  if (calendarOf(cron, subject, field).next(0) === undefined) throw neverDue(cron, subject, field);
  return cron;
};
