/**
 * Stores a message, its recipients and its first event; no row if the idempotency key is taken.
 * $1 id, $2-3 from, $4 subject, $5 text, $6 html, $7 headers, $8 Message-ID, $9 reason, $10 idempotency key,
 * $11 send at, $12 expires at, $13 recipients as JSON, $14 id of the call made in the same transaction, or null,
 * $15 class, $16 attachments as JSON, $17 priority, $18 template, $19 its context as JSON, $20 how to unsubscribe as
 * JSON, $21 tags, $22 metadata as JSON
 */
export const INSERT = `
  WITH message AS (
    INSERT INTO email_message
      (id, from_name, from_address, subject, text, html, headers, message_id, reason, idempotency_key, date,
       send_at, expires_at, call_id, enqueued_at, message_class, priority, template, context, unsubscribe, tags, metadata)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11::timestamptz, clock_timestamp()), $11, $12,
            $14, CASE WHEN $14::text IS NOT NULL THEN clock_timestamp() END, $15, $17, $18, $19, $20, $21, $22)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id, created_on
  ), recipients AS (
    INSERT INTO email_recipient (email_id, created_on, kind, name, address, normalised)
    SELECT message.id, message.created_on, r.kind, r.name, r.address, r.normalised
    FROM message, jsonb_to_recordset($13::jsonb) AS r(kind text, name text, address text, normalised text)
  ), attachments AS (
    INSERT INTO email_attachment (email_id, position, filename, content_type, cid, hash, size)
    SELECT message.id, a.position - 1, a.filename, a."contentType", a.cid, a.hash, a.size
    FROM message, ROWS FROM (
      jsonb_to_recordset($16::jsonb) AS (filename text, "contentType" text, cid text, hash text, size bigint)
    ) WITH ORDINALITY AS a(filename, "contentType", cid, hash, size, position)
  )
  INSERT INTO email_event (email_id, kind) SELECT id, 'accepted' FROM message
  RETURNING email_id`;

/** $1 idempotency key */
export const FIND_BY_KEY = `SELECT id, status FROM email_message WHERE idempotency_key = $1`;

/** Remembers calls made in the same transaction. $1 ids, $2 ids of the calls */
export const ENQUEUED = `
  UPDATE email_message m SET call_id = c.call_id, enqueued_at = clock_timestamp()
  FROM unnest($1::uuid[], $2::text[]) AS c(id, call_id)
  WHERE m.id = c.id`;

/**
 * Makes messages pending again, each with a new call, unless they have moved on meanwhile.
 * $1 ids, $2 their generations, $3 ids of the calls made in the same transaction, $4 the statuses they may have,
 * $5 event, $6 why, $7 whether those the server refused get another chance
 */
export const RESUBMIT = `
  WITH again AS (
    UPDATE email_message m
    SET status = 'pending',
        reason = coalesce('waiting for a worker, not before ' || CASE WHEN m.send_at > clock_timestamp() THEN
                   to_char(m.send_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END, 'waiting for a worker'),
        generation = m.generation + 1, call_id = wanted.call_id, enqueued_at = clock_timestamp(),
        next_attempt_on = NULL, claimed_until = NULL
    FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS wanted(id, generation, call_id)
    WHERE m.id = wanted.id AND m.generation = wanted.generation AND m.status = ANY($4::text[])
      AND (m.claimed_until IS NULL OR m.claimed_until < clock_timestamp())
    RETURNING m.id, m.generation, m.send_at, m.priority
  ), reset AS (
    UPDATE email_recipient r SET verdict = NULL, detail = NULL, smtp_code = NULL, enhanced_code = NULL
    FROM again WHERE $7::boolean AND r.email_id = again.id AND r.verdict = 'refused'
  ), told AS (
    INSERT INTO email_event (email_id, kind, detail) SELECT id, $5::text, $6::text FROM again
  )
  SELECT id, generation, send_at AS "sendAt", priority FROM again`;

/** Messages stored without a call. $1 how many; locked until the transaction ends */
export const UNCALLED = `
  SELECT id, generation, send_at AS "sendAt", priority
  FROM email_message
  WHERE status = 'pending' AND enqueued_at IS NULL
  ORDER BY created_on
  LIMIT $1
  FOR NO KEY UPDATE SKIP LOCKED`;
