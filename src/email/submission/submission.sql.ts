/**
 * Stores messages, their recipients, attachments and first events; none whose idempotency key is taken. Keys are
 * locked in their order, so that statements with the same keys wait for each other, and not for ever.
 * $1 messages, $2 recipients and $3 attachments as JSON, $4-5 from
 */
export const INSERT = `
  WITH message AS (
    INSERT INTO email_message
      (id, from_name, from_address, message_class, priority, subject, text, html, template, context, headers,
       unsubscribe, tags, metadata, message_id, reason, idempotency_key, date, send_at, expires_at, call_id,
       enqueued_at)
    SELECT m.id, $4, $5, m."messageClass", m.priority, m.subject, m.text, m.html, m.template, m.context, m.headers,
           m.unsubscribe, m.tags, m.metadata, m."messageId", m.reason, m."idempotencyKey",
           coalesce(m."sendAt", clock_timestamp()), m."sendAt", m."expiresAt", m."callId",
           CASE WHEN m."callId" IS NOT NULL THEN clock_timestamp() END
    FROM ROWS FROM (
           json_to_recordset($1::json) AS (
             id uuid, "messageClass" text, priority text, subject text, text text, html text, template text,
             context json, headers jsonb, unsubscribe jsonb, tags text[], metadata jsonb, "messageId" text,
             reason text, "idempotencyKey" text, "sendAt" timestamptz, "expiresAt" timestamptz, "callId" text)
         ) WITH ORDINALITY AS m
    ORDER BY m."idempotencyKey", m.ordinality
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id, created_on
  ), recipients AS (
    INSERT INTO email_recipient (email_id, created_on, kind, name, address, normalised)
    SELECT message.id, message.created_on, r.kind, r.name, r.address, r.normalised
    FROM ROWS FROM (
           json_to_recordset($2::json) AS (id uuid, kind text, name text, address text, normalised text)
         ) WITH ORDINALITY AS r
    JOIN message USING (id)
    ORDER BY r.ordinality
  ), attachments AS (
    INSERT INTO email_attachment (email_id, position, filename, content_type, cid, hash, size)
    SELECT message.id, a.position, a.filename, a."contentType", a.cid, a.hash, a.size
    FROM json_to_recordset($3::json) AS a(
           id uuid, position integer, filename text, "contentType" text, cid text, hash text, size bigint)
    JOIN message USING (id)
  )
  INSERT INTO email_event (email_id, kind) SELECT id, 'accepted' FROM message
  RETURNING email_id AS id`;

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
        next_attempt_on = NULL, claimed_until = NULL, finished_on = NULL
    FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS wanted(id, generation, call_id)
    WHERE m.id = wanted.id AND m.generation = wanted.generation AND m.status = ANY($4::text[])
      AND (m.claimed_until IS NULL OR m.claimed_until < clock_timestamp()) AND m.anonymised_on IS NULL
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
