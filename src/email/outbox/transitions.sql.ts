/*
 * The transitions of a message. Each is one statement: a crash leaves it done, with its event, or not begun. Whoever
 * holds a message shows the token of its claim.
 */

const LEASE = (parameter: string) => `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

/** $1 id, $2 token, $3 lease in ms, $4 who claims it */
export const CLAIM = `
  WITH claimed AS (
    UPDATE email_message
    SET status = 'claimed',
        reason = 'a worker is sending it',
        claim_token = $2,
        claimed_until = ${LEASE('$3')},
        attempts = attempts + 1,
        next_attempt_on = NULL
    WHERE id = $1
      AND (status IN ('pending', 'deferred') OR (status = 'claimed' AND claimed_until < clock_timestamp()))
    RETURNING *
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, 'claimed', $4::text FROM claimed
  )
  SELECT id,
         from_name AS "fromName",
         from_address AS "fromAddress",
         subject, text, html, template, context, headers, unsubscribe,
         message_id AS "messageId",
         message_class AS "messageClass",
         date,
         expires_at AS "expiresAt",
         coalesce(expires_at <= clock_timestamp(), false) AS expired,
         smtp_response AS "smtpResponse",
         (SELECT json_agg(json_build_object(
                   'id', r.id::text, 'kind', r.kind, 'name', r.name, 'address', r.address,
                   'normalised', r.normalised, 'verdict', r.verdict, 'detail', r.detail, 'cleared', r.cleared,
                   'enhancedCode', r.enhanced_code) ORDER BY r.id)
          FROM email_recipient r WHERE r.email_id = claimed.id) AS recipients,
         (SELECT coalesce(json_agg(json_build_object('pattern', b.pattern, 'list', b.list, 'reason', b.reason)), '[]')
          FROM email_recipient r
          CROSS JOIN LATERAL (
            SELECT * FROM email_block WHERE pattern IN (r.normalised, substring(r.normalised FROM '@[^@]*$'))
            UNION ALL
            SELECT * FROM email_block
            WHERE pattern LIKE '%*%'
              AND r.normalised LIKE replace(replace(replace(pattern, '%', '\\%'), '_', '\\_'), '*', '%')
          ) AS b
          WHERE r.email_id = claimed.id AND (b.expires_on IS NULL OR b.expires_on > clock_timestamp())) AS listed,
         (SELECT coalesce(json_agg(json_build_object(
                   'filename', a.filename, 'contentType', a.content_type, 'cid', a.cid, 'hash', a.hash, 'size', a.size)
                   ORDER BY a.position), '[]')
          FROM email_attachment a WHERE a.email_id = claimed.id) AS attachments
  FROM claimed`;

/** Why a message could not be claimed. $1 id */
export const STANDING = `
  SELECT status, message_class AS "messageClass",
         (extract(epoch FROM claimed_until - clock_timestamp()) * 1000)::float8 AS wait
  FROM email_message WHERE id = $1`;

/** $1 id, $2 token, $3 lease in ms */
export const RENEW = `
  UPDATE email_message SET claimed_until = ${LEASE('$3')}
  WHERE id = $1 AND claim_token = $2 AND status IN ('claimed', 'handed_over')
  RETURNING id`;

/**
 * The last thing before the content: nobody else has it, and nobody gets it from here on. One that a server has refused
 * with a 421 may be handed over to the next.
 * $1 id, $2 token, $3 lease in ms, $4 transport
 */
export const HAND_OVER = `
  WITH handed AS (
    UPDATE email_message
    SET status = 'handed_over',
        reason = 'the SMTP server has asked for its content, and has not answered to it yet',
        transport = $4::text,
        claimed_until = ${LEASE('$3')}
    WHERE id = $1 AND claim_token = $2 AND status IN ('claimed', 'handed_over') AND claimed_until > clock_timestamp()
    RETURNING id
  )
  INSERT INTO email_event (email_id, kind, detail) SELECT id, 'handed_over', $4::text FROM handed
  RETURNING email_id`;

/**
 * What an attempt came to. That it was sent is true whoever holds the message; and whoever has had an answer knows
 * better than one that took the message for lost meanwhile.
 * $1 id, $2 token, $3 status, $4 reason, $5 SMTP response, $6 delay in ms, $7 verdicts as JSON
 */
export const SETTLE = `
  WITH moved AS (
    UPDATE email_message
    SET status = $3::text,
        reason = $4::text,
        email_has_been_sent = ($3::text = 'sent'),
        sent_on = CASE WHEN $3::text = 'sent' THEN clock_timestamp() END,
        finished_on = CASE WHEN $3::text IN ('sent', 'blocked', 'failed', 'expired') THEN clock_timestamp() END,
        smtp_response = coalesce($5::text, smtp_response),
        next_attempt_on = clock_timestamp() + $6::float8 * interval '1 millisecond',
        claimed_until = NULL
    WHERE id = $1
      AND ((claim_token = $2 AND (status IN ('claimed', 'handed_over') OR (status = 'unknown' AND $3::text <> 'unknown')))
        OR ($3::text = 'sent' AND NOT email_has_been_sent))
    RETURNING id
  ), judged AS (
    UPDATE email_recipient r
    SET verdict = v.verdict, detail = v.detail, smtp_code = v.code, enhanced_code = v."enhancedCode"
    FROM moved, jsonb_to_recordset($7::jsonb)
                AS v(id bigint, verdict text, detail text, code integer, "enhancedCode" text)
    WHERE r.id = v.id
  )
  INSERT INTO email_event (email_id, kind, detail)
  SELECT id, $3::text, coalesce($4::text, $5::text) FROM moved
  RETURNING email_id`;

/** Whether the holder of a token has let go of the message: the token stays until the next claim. $1 id, $2 token */
export const SETTLED = `SELECT 1 FROM email_message WHERE id = $1 AND claim_token = $2 AND claimed_until IS NULL`;

/** Nothing of it has gone out. $1 id, $2 token, $3 reason */
export const INTERRUPT = `
  WITH released AS (
    UPDATE email_message
    SET status = 'pending', reason = $3::text, claimed_until = NULL
    WHERE id = $1 AND claim_token = $2 AND status IN ('claimed', 'handed_over')
    RETURNING id
  )
  INSERT INTO email_event (email_id, kind, detail)
  SELECT id, 'interrupted', $3::text FROM released`;

/**
 * Messages that were handed over, and whose worker has not been heard of since: nobody knows what became of them.
 * $1 the status each class takes then, as a JSON object by class, `""` for all others; $2 ids, or null for all of them;
 * $3 at most so many
 */
export const LOSE = `
  WITH lost AS (
    SELECT id, message_class, transport
    FROM email_message
    WHERE status = 'handed_over' AND claimed_until < clock_timestamp() AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[]))
    LIMIT $3
    FOR NO KEY UPDATE SKIP LOCKED
  ), fate AS (
    SELECT id, coalesce($1::jsonb ->> message_class, $1::jsonb ->> '') AS status,
           'handed over to the SMTP server (' || transport || '), and its worker was not heard of again' AS what
    FROM lost
  ), moved AS (
    UPDATE email_message m
    SET status = fate.status,
        reason = CASE fate.status
                   WHEN 'unknown' THEN fate.what || ': it may have arrived, or not'
                   WHEN 'sent' THEN 'taken for sent: ' || fate.what
                   ELSE 'to be sent again: ' || fate.what
                 END,
        email_has_been_sent = (fate.status = 'sent'),
        sent_on = CASE WHEN fate.status = 'sent' THEN clock_timestamp() END,
        finished_on = CASE WHEN fate.status = 'sent' THEN clock_timestamp() END,
        claimed_until = NULL
    FROM fate
    WHERE m.id = fate.id
    RETURNING m.id, m.status, m.reason
  ), judged AS (
    UPDATE email_recipient r SET verdict = 'accepted', detail = 'taken for accepted: no answer was seen'
    FROM moved
    WHERE moved.status = 'sent' AND r.email_id = moved.id AND (r.verdict IS NULL OR r.verdict = 'deferred')
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, 'unknown', reason FROM moved
  )
  SELECT id, status FROM moved`;
