/** When a schedule is due. Times are milliseconds since the epoch; serialisable as JSON, for it is stored. */
export type When =
  /**
   * 5 fields, or 6 with seconds first; names, `L`, `#` and `@daily` as
   * [cron-parser](https://github.com/harrisiirak/cron-parser) reads them. `timezone` is a name of the IANA database.
   */
  | { readonly cron: string; readonly timezone: string }
  /** At `from + k * every` for every whole k, before `from` too. `from: 0` is aligned to the epoch. */
  | { readonly every: number; readonly from: number }
  /** Once. */
  | { readonly at: number };
