import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { type Parser, timerDuration } from '../../tasks/options/option-parsers.js';
import type { OptionTable } from '../read-options.js';

const base: Parser<string> = (value, subject, field) => {
  const url = String(value);
  if (/^https?:\/\/./.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Write http://127.0.0.1:9465/health.');
};

export const HEALTH_OPTIONS = {
  url: {
    value: '<url>',
    about: 'Where the probes are. Default: what CELERIAC_HEALTH_URL says, or http://127.0.0.1:9465/health.',
    parse: base,
  },
  timeout: {
    value: '<duration>',
    about: 'What the answer may take. Default: 5s.',
    parse: timerDuration,
  },
} satisfies OptionTable;
