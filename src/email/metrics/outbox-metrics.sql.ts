import { EMAIL_STATUSES, FINISHED_STATUSES } from '../message/email-status.js';

/** More are not counted: they are many. */
const MOST = 100_000;
/** So many of the oldest that wait are looked at for one that is due. */
const LOOKED_AT = 1_000;

const OPEN = EMAIL_STATUSES.filter((status) => !FINISHED_STATUSES.includes(status));

/**
 * Rows of every status that is no end. From the index of what is not sent, and no further than it matters: literal
 * statuses tell the planner that the index has them all.
 */
export const OPEN_ROWS = OPEN.map(
  (status) => `
  SELECT '${status}' AS "status", count(*)::int AS "rows"
    FROM (SELECT FROM "email_message" WHERE "status" = '${status}' AND "status" <> 'sent' LIMIT ${MOST}) AS "few"`,
).join('\n  UNION ALL');

/** Seconds since the oldest pending message should have been taken up: the lower its number, the older it is. */
export const OLDEST_PENDING = `
  SELECT greatest(0, extract(epoch FROM clock_timestamp() - greatest("created_on", "send_at")))::float8 AS "age"
    FROM (SELECT "seq", "created_on", "send_at" FROM "email_message"
           WHERE "status" = 'pending' AND "status" <> 'sent' ORDER BY "seq" LIMIT ${LOOKED_AT}) AS "oldest"
   WHERE "send_at" IS NULL OR "send_at" <= clock_timestamp()
   ORDER BY "seq" LIMIT 1`;
