/** With CELERIAC_LONG=1 fault suites run as long as the claims they stand for; without, long enough to fail. */
export const LONG = process.env['CELERIAC_LONG'] === '1';
