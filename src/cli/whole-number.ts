import { integer, type Parser } from '../tasks/options/option-parsers.js';

/** A number of things as a command line gives it, from 1. */
export const wholeNumber = (maximum: number): Parser<number> => {
  const parse = integer(1, maximum);
  return (value, subject, field) =>
    parse(/^\d+$/.test(String(value)) ? Number(value) : value, subject, field);
};
