/* The transitions of a message. Each is one statement: a crash leaves it done, with its event, or not begun. */

/** $1 id, $2 token, $3 lease in ms */
export const CLAIM = `
  WITH claimed AS (
    UPDATE email_message
    SET claim_token = $2,
        claimed_until = clock_timestamp() + $3::float8 * interval '1 millisecond',
        attempts = attempts + 1,
        next_attempt_on = NULL
    WHERE id = $1
      AND status IN ('pending', 'deferred')
      AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
    RETURNING *
  )
  SELECT id,
         from_name AS "fromName",
         from_address AS "fromAddress",
         subject, text, html, headers,
         message_id AS "messageId",
         date,
         expires_at AS "expiresAt",
         coalesce(expires_at <= clock_timestamp(), false) AS expired,
         (SELECT json_agg(json_build_object(
                   'id', r.id::text, 'kind', r.kind, 'name', r.name, 'address', r.address,
                   'normalised', r.normalised, 'verdict', r.verdict) ORDER BY r.id)
          FROM email_recipient r WHERE r.email_id = claimed.id) AS recipients
  FROM claimed`;

/** Why a message could not be claimed. $1 id */
export const UNCLAIMED = `
  SELECT status, (extract(epoch FROM claimed_until - clock_timestamp()) * 1000)::float8 AS wait
  FROM email_message WHERE id = $1`;

/** $1 id, $2 token, $3 status, $4 reason, $5 SMTP response, $6 delay in ms, $7 verdicts as JSON */
export const SETTLE = `
  WITH moved AS (
    UPDATE email_message
    SET status = $3::text,
        reason = $4::text,
        email_has_been_sent = ($3::text = 'sent'),
        sent_on = CASE WHEN $3::text = 'sent' THEN clock_timestamp() END,
        smtp_response = $5::text,
        next_attempt_on = clock_timestamp() + $6::float8 * interval '1 millisecond',
        claimed_until = NULL
    WHERE id = $1
      AND ((claim_token = $2 AND claimed_until IS NOT NULL) OR ($3::text = 'sent' AND NOT email_has_been_sent))
    RETURNING id
  ), judged AS (
    UPDATE email_recipient r
    SET verdict = v.verdict, detail = v.detail, smtp_code = v.code
    FROM moved, jsonb_to_recordset($7::jsonb) AS v(id bigint, verdict text, detail text, code integer)
    WHERE r.id = v.id
  )
  INSERT INTO email_event (email_id, kind, detail)
  SELECT id, $3::text, coalesce($4::text, $5::text) FROM moved
  RETURNING email_id`;

/** Whether the holder of a token has written its outcome: the token stays until the next claim. $1 id, $2 token */
export const SETTLED = `SELECT 1 FROM email_message WHERE id = $1 AND claim_token = $2 AND claimed_until IS NULL`;

/** $1 id, $2 token, $3 reason */
export const INTERRUPT = `
  WITH released AS (
    UPDATE email_message
    SET reason = $3::text, claimed_until = NULL
    WHERE id = $1 AND claim_token = $2 AND claimed_until IS NOT NULL
    RETURNING id
  )
  INSERT INTO email_event (email_id, kind, detail)
  SELECT id, 'interrupted', $3::text FROM released`;
