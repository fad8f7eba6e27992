/*
 * What becomes of finished messages in the course of time. Messages are locked by one statement, and changed by another
 * in the same transaction: that one sees all that was written about them before the lock.
 */

/**
 * Locks finished messages that have stayed long enough; one that is just being resent, or is another process's, is
 * skipped. $1 ms since they were finished, $2 and $3 after which one, $4 how many
 */
const chosen = (condition: string) => `
  SELECT id, seq, finished_on::text AS "finishedOn"
  FROM email_message
  WHERE finished_on < now() - $1::float8 * interval '1 millisecond'
    AND (finished_on, seq) > ($2::timestamptz, $3::bigint)
    ${condition}
  ORDER BY finished_on, seq
  LIMIT $4
  FOR UPDATE SKIP LOCKED`;

export const TO_DELETE = chosen('');

export const TO_ANONYMISE = chosen('AND anonymised_on IS NULL');

/**
 * Of some messages, those that `perRecipient` needs to judge one that is still on its way, however long ago that was
 * accepted. $1 ids, $2 window in ms
 */
export const NEEDED = `
  SELECT DISTINCT mine.email_id AS id
  FROM email_recipient mine
  JOIN email_recipient later
    ON later.normalised = mine.normalised
   AND later.created_on >= mine.created_on
   AND later.created_on < mine.created_on + $2::float8 * interval '1 millisecond'
   AND later.verdict IS NULL AND NOT later.cleared
  JOIN email_message waiting ON waiting.id = later.email_id AND waiting.finished_on IS NULL
  WHERE mine.email_id = ANY($1::uuid[])`;

/** With all that refers to them. $1 ids */
export const DELETE = `DELETE FROM email_message WHERE id = ANY($1::uuid[])`;

/**
 * Leaves nothing that says what a message was or whom it was for. `.invalid` is nobody's and never will be (RFC 6761),
 * and a row's own id makes each address another: nobody can tell from two of them whether they were one person's.
 * $1 ids
 */
export const ANONYMISE = `
  WITH message AS (
    UPDATE email_message
    SET subject = '', text = NULL, html = NULL, headers = '{}', smtp_response = NULL,
        context = NULL, metadata = '{}', tags = '{}', unsubscribe = NULL,
        reason = CASE WHEN reason IS NOT NULL THEN 'anonymised' END,
        anonymised_on = clock_timestamp()
    WHERE id = ANY($1::uuid[])
  ), recipients AS (
    UPDATE email_recipient
    SET name = NULL, detail = NULL, address = id || '@anonymised.invalid', normalised = id || '@anonymised.invalid'
    WHERE email_id = ANY($1::uuid[])
  ), events AS (
    UPDATE email_event SET detail = NULL WHERE email_id = ANY($1::uuid[]) AND detail IS NOT NULL
  )
  DELETE FROM email_attachment WHERE email_id = ANY($1::uuid[])`;
