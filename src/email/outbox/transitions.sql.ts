/*
 * The transitions of a message. Each is one statement: a crash leaves it done, with its event, or not begun. Whoever
 * holds a message shows the token of its claim.
 */

const LEASE = (parameter: string) => `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

/** $1 ids, $2 tokens, $3 lease in ms, $4 who claims them. Repeating it with the same token is safe. */
export const CLAIM = `
  WITH claimed AS (
    UPDATE email_message m
    SET status = 'claimed',
        reason = 'a worker is sending it',
        claim_token = wanted.token,
        claimed_until = ${LEASE('$3')},
        attempts = attempts + 1,
        next_attempt_on = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS wanted(id, token)
    WHERE m.id = wanted.id
      AND (m.status IN ('pending', 'deferred')
        OR (m.status = 'claimed' AND (m.claimed_until < clock_timestamp() OR m.claim_token = wanted.token)))
    RETURNING m.*
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, 'claimed', $4::text FROM claimed
  )
  SELECT id,
         claim_token AS token,
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
 * $1 ids, $2 tokens, $3 lease in ms, $4 transports
 */
export const HAND_OVER = `
  WITH handed AS (
    UPDATE email_message m
    SET status = 'handed_over',
        reason = 'the SMTP server has asked for its content, and has not answered to it yet',
        transport = mine.transport,
        claimed_until = ${LEASE('$3')}
    FROM unnest($1::uuid[], $2::uuid[], $4::text[]) AS mine(id, token, transport)
    WHERE m.id = mine.id AND m.claim_token = mine.token
      AND m.status IN ('claimed', 'handed_over') AND m.claimed_until > clock_timestamp()
    RETURNING m.id, m.transport, mine.token
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, 'handed_over', transport FROM handed
  )
  SELECT token FROM handed`;

/**
 * What an attempt came to. That it was sent is true whoever holds the message; and whoever has had an answer knows
 * better than one that took the message for lost meanwhile.
 * $1 ids, $2 tokens, $3 statuses, $4 reasons, $5 SMTP responses, $6 delays in ms, $7 verdicts of all their recipients, as JSON
 */
export const SETTLE = `
  WITH moved AS (
    UPDATE email_message m
    SET status = o.status,
        reason = o.reason,
        email_has_been_sent = (o.status = 'sent'),
        sent_on = CASE WHEN o.status = 'sent' THEN clock_timestamp() END,
        finished_on = CASE WHEN o.status IN ('sent', 'blocked', 'failed', 'expired') THEN clock_timestamp() END,
        smtp_response = coalesce(o.response, m.smtp_response),
        next_attempt_on = clock_timestamp() + o.delay * interval '1 millisecond',
        claimed_until = NULL
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[])
           AS o(id, token, status, reason, response, delay)
    WHERE m.id = o.id
      AND ((m.claim_token = o.token
             AND (m.status IN ('claimed', 'handed_over') OR (m.status = 'unknown' AND o.status <> 'unknown')))
        OR (o.status = 'sent' AND NOT m.email_has_been_sent))
    RETURNING m.id, m.status, m.reason, o.response, o.token
  ), judged AS (
    UPDATE email_recipient r
    SET verdict = v.verdict, detail = v.detail, smtp_code = v.code, enhanced_code = v."enhancedCode"
    FROM moved, jsonb_to_recordset($7::jsonb)
                AS v(id bigint, verdict text, detail text, code integer, "enhancedCode" text)
    WHERE r.id = v.id AND r.email_id = moved.id
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, status, coalesce(reason, response) FROM moved
  )
  SELECT token FROM moved`;

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
