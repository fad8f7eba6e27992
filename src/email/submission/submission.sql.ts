/**
 * Stores a message, its recipients and its first event; no row if the idempotency key is taken.
 * $1 id, $2-3 from, $4 subject, $5 text, $6 html, $7 headers, $8 Message-ID, $9 reason, $10 idempotency key,
 * $11 send at, $12 expires at, $13 recipients as JSON
 */
export const INSERT = `
  WITH message AS (
    INSERT INTO email_message
      (id, from_name, from_address, subject, text, html, headers, message_id, reason, idempotency_key, date,
       send_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11::timestamptz, clock_timestamp()), $11, $12)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id, created_on
  ), recipients AS (
    INSERT INTO email_recipient (email_id, created_on, kind, name, address, normalised)
    SELECT message.id, message.created_on, r.kind, r.name, r.address, r.normalised
    FROM message, jsonb_to_recordset($13::jsonb) AS r(kind text, name text, address text, normalised text)
  )
  INSERT INTO email_event (email_id, kind) SELECT id, 'accepted' FROM message
  RETURNING email_id AS id`;

/** $1 idempotency key */
export const FIND_BY_KEY = `SELECT id FROM email_message WHERE idempotency_key = $1`;

/** Remembers that the broker has the calls. $1 ids, $2 generations, $3 ids of the calls */
export const ENQUEUED = `
  UPDATE email_message m SET call_id = c.call_id, enqueued_at = clock_timestamp()
  FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS c(id, generation, call_id)
  WHERE m.id = c.id AND m.generation = c.generation`;

/** Makes a failed message pending again; those the server refused get another chance. $1 id, $2 reason */
export const RESEND = `
  WITH again AS (
    UPDATE email_message
    SET status = 'pending', reason = $2, generation = generation + 1,
        call_id = NULL, enqueued_at = NULL, next_attempt_on = NULL
    WHERE id = $1 AND status = 'failed'
    RETURNING id
  ), reset AS (
    UPDATE email_recipient r SET verdict = NULL, detail = NULL, smtp_code = NULL
    FROM again WHERE r.email_id = again.id AND r.verdict = 'refused'
  )
  INSERT INTO email_event (email_id, kind) SELECT id, 'resent' FROM again
  RETURNING email_id AS id`;

/** Messages whose call never came to be. $1 age in ms, $2 how many; locked until the transaction ends */
export const UNCALLED = `
  SELECT id, generation, send_at AS "sendAt"
  FROM email_message
  WHERE status = 'pending' AND enqueued_at IS NULL
    AND created_on < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY created_on
  LIMIT $2
  FOR NO KEY UPDATE SKIP LOCKED`;
