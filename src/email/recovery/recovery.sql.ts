/**
 * Messages that should have moved by now, and may have lost their calls.
 * $1 how many ms past their time, $2 after which one, $3 how many
 */
export const OVERDUE = `
  SELECT id, seq, generation, call_id AS "callId", send_at AS "sendAt"
  FROM email_message
  WHERE status IN ('pending', 'deferred', 'claimed')
    AND enqueued_at IS NOT NULL
    AND seq > $2
    AND greatest(enqueued_at, claimed_until, coalesce(next_attempt_on, send_at, created_on))
        < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY seq
  LIMIT $3`;

/**
 * Ends messages, unless they have moved on. One that some of its recipients have is sent, and not to the others.
 * $1 ids, $2 the statuses they may have, $3 the status they take, $4 why, $5 event
 */
export const END = `
  WITH ended AS (
    UPDATE email_message m
    SET status = CASE WHEN reached.any THEN 'sent' ELSE $3::text END,
        reason = CASE WHEN reached.any THEN 'not to all: ' || $4::text
                      WHEN EXISTS (SELECT 1 FROM email_event e WHERE e.email_id = m.id AND e.kind = 'unknown')
                      THEN $4::text || '; an earlier copy may have arrived'
                      ELSE $4::text END,
        email_has_been_sent = reached.any,
        sent_on = CASE WHEN reached.any THEN clock_timestamp() END,
        finished_on = clock_timestamp(),
        next_attempt_on = NULL, claimed_until = NULL
    FROM (SELECT r.email_id, bool_or(coalesce(r.verdict = 'accepted', false)) AS any
          FROM email_recipient r WHERE r.email_id = ANY($1::uuid[]) GROUP BY r.email_id) AS reached
    WHERE m.id = reached.email_id AND m.status = ANY($2::text[])
    RETURNING m.id, m.call_id
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, $5::text, $4::text FROM ended
  )
  SELECT id, call_id AS "callId" FROM ended`;

/** A person has found out that a message arrived. $1 id, $2 what the person says */
export const RESOLVE_SENT = `
  WITH resolved AS (
    UPDATE email_message
    SET status = 'sent', email_has_been_sent = true, sent_on = clock_timestamp(), finished_on = clock_timestamp(),
        reason = $2::text
    WHERE id = $1 AND status = 'unknown'
    RETURNING id
  ), judged AS (
    UPDATE email_recipient r SET verdict = 'accepted', detail = $2::text
    FROM resolved WHERE r.email_id = resolved.id AND (r.verdict IS NULL OR r.verdict = 'deferred')
  )
  INSERT INTO email_event (email_id, kind, detail) SELECT id, 'resolved', $2::text FROM resolved
  RETURNING email_id`;

/**
 * Messages that are not sent, and may be yet: deferred, given up, and, if asked for, unknown. Not those refused for
 * good. $1 whether unknown ones count, $2 after which one, $3 how many
 */
export const UNSENT = `
  SELECT id, seq, generation, status, send_at AS "sendAt"
  FROM email_message m
  WHERE seq > $2 AND anonymised_on IS NULL
    AND (status = 'deferred'
      OR (status = 'unknown' AND $1::boolean)
      OR (status = 'failed' AND EXISTS (
            SELECT 1 FROM email_recipient r
            WHERE r.email_id = m.id AND r.verdict = 'refused' AND coalesce(r.smtp_code, 0) < 500)))
  ORDER BY seq
  LIMIT $3`;
