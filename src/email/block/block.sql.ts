/* Windows and moments are in microseconds, the resolution of the server's timestamps. */

/** $1 patterns */
export const ENTRIES = `SELECT pattern, list, reason FROM email_block WHERE pattern = ANY($1)`;

/**
 * The earlier messages of each recipient within the window. Blocked ones do not count; expired ones do, or the
 * verdict would depend on when they were looked at.
 * $1 ids of recipient rows, $2 window
 */
export const COUNT_WINDOW = `
  SELECT mine.id::text AS id,
         (count(*) FILTER (WHERE earlier.verdict IN ('accepted', 'refused', 'deferred')))::integer AS passed,
         (count(*) FILTER (WHERE earlier.id IS NOT NULL AND earlier.verdict IS NULL))::integer AS undecided
  FROM email_recipient mine
  LEFT JOIN email_recipient earlier
    ON earlier.normalised = mine.normalised
   AND earlier.created_on > mine.created_on - $2::float8 * interval '1 microsecond'
   AND (earlier.created_on, earlier.id) < (mine.created_on, mine.id)
  WHERE mine.id = ANY($1::bigint[])
  GROUP BY mine.id`;

/** $1 id of a recipient row */
export const MOMENT = `
  SELECT (extract(epoch FROM created_on) * 1000000)::bigint::text AS at FROM email_recipient WHERE id = $1`;

/** $1 id of a recipient row, $2 how far back */
export const HISTORY = `
  SELECT (extract(epoch FROM earlier.created_on) * 1000000)::bigint::text AS at, earlier.verdict
  FROM email_recipient mine
  JOIN email_recipient earlier
    ON earlier.normalised = mine.normalised
   AND earlier.created_on > mine.created_on - $2::float8 * interval '1 microsecond'
   AND (earlier.created_on, earlier.id) < (mine.created_on, mine.id)
  WHERE mine.id = $1
  ORDER BY earlier.created_on, earlier.id`;
