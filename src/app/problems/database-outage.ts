/** Connections refused or cut by the network, by Postgres (class 08, 57P) or for want of room (53). */
const OUTAGE = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|08|57P|53)/;

/** Whether an error of TypeORM or `pg` says that the database does not answer. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && OUTAGE.test(code)) return true;
  return (
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message) ||
    isDatabaseOutage(driverError)
  );
}
