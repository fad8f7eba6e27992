/** The oldest of each kind, by the index of unsent messages; a long backlog is looked at where it begins. */
const LOOKED_AT = 1_000;

/**
 * `oldest`: milliseconds for which a message has been due, that nobody has taken. `leases`: messages whose worker has not
 * been heard of for $1 ms, and that nobody has seen to. `unknown`: nobody knows whether they have arrived.
 */
export const OUTBOX_STATE = `
  WITH due AS (
    SELECT greatest("created_on", "send_at", "next_attempt_on") AS at
      FROM (SELECT * FROM "email_message" WHERE "status" = 'pending' ORDER BY "seq" LIMIT ${LOOKED_AT}) pending
    UNION ALL
    SELECT greatest("created_on", "send_at", "next_attempt_on")
      FROM (SELECT * FROM "email_message" WHERE "status" = 'deferred' ORDER BY "seq" LIMIT ${LOOKED_AT}) deferred
  )
  SELECT coalesce((SELECT extract(epoch FROM max(now() - at)) * 1000 FROM due WHERE at < now()), 0)::float8 AS oldest,
         (SELECT count(*) FROM "email_message"
           WHERE "status" IN ('claimed', 'handed_over')
             AND "claimed_until" < now() - $1::bigint * interval '1 millisecond')::int AS leases,
         (SELECT count(*) FROM "email_message" WHERE "status" = 'unknown')::int AS unknown`;
