import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { timezone } from './index.js';

const parse = (value: unknown) => timezone(value, 'schedule "nightly"', 'timezone');

describe('the option of a time zone', () => {
  it.each([
    'UTC',
    'Etc/UTC',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'America/Argentina/ComodRivadavia',
    'America/Port-au-Prince',
    'Australia/Lord_Howe',
    'US/Eastern',
    'Etc/GMT+5',
  ])('%s is a zone', (name) => {
    expect(parse(name)).toBe(name);
  });

  it('every zone that this process lists is a zone', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) expect(parse(name)).toBe(name);
  });

  it.each([
    [undefined, 'the area and the city'],
    [2, 'the area and the city'],
    ['', 'the area and the city'],
    ['+02:00', 'the area and the city'],
    ['UTC+2', 'the area and the city'],
    ['GMT', 'the area and the city'],
    ['EST', 'the area and the city'],
    ['CET', 'the area and the city'],
    ['EST5EDT', 'the area and the city'],
    ['SystemV/EST5', 'the area and the city'],
    ['utc', 'the area and the city'],
    ['local', 'the area and the city'],
    ['Etc/GMT+20', 'the area and the city'],
    ['Europe/Atlantis', 'the area and the city'],
    ['Berlin', "'Europe/Berlin'"],
    ['europe/berlin', "'Europe/Berlin'"],
    ['New York', "'America/New_York'"],
    [' Europe/Berlin', "'Europe/Berlin'"],
  ])('%j is refused: write %s', (value, fix) => {
    expect(() => parse(value)).toThrow(InvalidOptionError);
    expect(() => parse(value)).toThrow(`not a time zone of the IANA database. Write ${fix}`);
  });
});
