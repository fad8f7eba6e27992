/* Windows and moments are in microseconds, the resolution of the server's timestamps. */

/**
 * The earlier messages of each recipient within each window. Blocked ones do not count; expired and cancelled ones do,
 * or the verdict would depend on when they were looked at.
 * $1 ids of recipient rows, $2 windows
 */
export const COUNT_WINDOWS = `
  SELECT mine.id::text AS id,
         (w.place - 1)::integer AS limit,
         (count(*) FILTER (WHERE earlier.cleared OR earlier.verdict <> 'blocked'))::integer AS passed,
         (count(*) FILTER (WHERE earlier.id IS NOT NULL AND earlier.verdict IS NULL AND NOT earlier.cleared))::integer
           AS undecided
  FROM email_recipient mine
  CROSS JOIN unnest($2::float8[]) WITH ORDINALITY AS w(span, place)
  LEFT JOIN email_recipient earlier
    ON earlier.normalised = mine.normalised
   AND earlier.created_on > mine.created_on - w.span * interval '1 microsecond'
   AND (earlier.created_on, earlier.id) < (mine.created_on, mine.id)
  WHERE mine.id = ANY($1::bigint[])
  GROUP BY mine.id, w.place`;

/** One at a time decides about a recipient. $1 its normalised address; held until the transaction ends */
export const LOCK_RECIPIENT = `SELECT pg_advisory_xact_lock(hashtextextended('celeriac:email:' || $1, 0))`;

/**
 * The messages of a recipient up to this one.
 * $1 id of a recipient row, $2 how far back, $3 classes for whose messages no limit holds
 */
export const HISTORY = `
  SELECT earlier.id::text AS id,
         (extract(epoch FROM earlier.created_on) * 1000000)::bigint::text AS at,
         CASE WHEN earlier.cleared THEN 'passed'
              WHEN earlier.verdict = 'blocked' THEN 'blocked'
              WHEN earlier.verdict IS NOT NULL THEN 'passed'
              WHEN m.message_class = ANY($3::text[]) THEN 'exempt'
              ELSE 'undecided' END AS standing,
         CASE WHEN earlier.verdict = 'blocked' THEN earlier.detail END AS "blockedFor"
  FROM email_recipient mine
  JOIN email_recipient earlier
    ON earlier.normalised = mine.normalised
   AND earlier.created_on > mine.created_on - $2::float8 * interval '1 microsecond'
   AND (earlier.created_on, earlier.id) <= (mine.created_on, mine.id)
  JOIN email_message m ON m.id = earlier.email_id
  WHERE mine.id = $1
  ORDER BY earlier.created_on, earlier.id`;

/** Keeps verdicts of the limits. $1 ids of recipient rows, $2 why each is blocked; null: it is not */
export const KEEP_VERDICTS = `
  UPDATE email_recipient r
  SET cleared = kept.detail IS NULL,
      verdict = CASE WHEN kept.detail IS NOT NULL THEN 'blocked' END,
      detail = kept.detail
  FROM unnest($1::bigint[], $2::text[]) AS kept(id, detail)
  WHERE r.id = kept.id AND r.verdict IS NULL AND NOT r.cleared`;

/**
 * Addresses that servers have refused for good since nobody has them, and that no list knows yet. $1 how many
 */
export const CANDIDATES = `
  SELECT r.normalised AS address,
         count(*)::integer AS refusals,
         max(m.created_on) AS "lastRefusedOn",
         (array_agg(r.detail ORDER BY r.id DESC))[1] AS reason
  FROM email_recipient r
  JOIN email_message m ON m.id = r.email_id
  WHERE r.verdict = 'refused' AND r.enhanced_code IN ('5.1.1', '5.1.2', '5.1.6', '5.1.10')
    AND NOT EXISTS (SELECT 1 FROM email_block b WHERE b.pattern = r.normalised)
  GROUP BY r.normalised
  ORDER BY max(r.id) DESC
  LIMIT $1`;
