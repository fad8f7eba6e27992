/*
 * Bytes are known to the database from before the first of them until after the last: as a draft while they are written,
 * as a content once they are complete, and as a draft again until they are removed. Times are the server's.
 */

/** Finds a whole content, and keeps it from the clean-up. $1 hash, $2 store, $3 ms after which it is marked as used again */
export const FIND = `
  WITH touched AS (
    UPDATE email_content SET used_on = now()
    WHERE hash = $1 AND store = $2 AND NOT damaged AND used_on < now() - $3::float8 * interval '1 millisecond'
    RETURNING hash
  )
  SELECT hash FROM touched
  UNION ALL
  SELECT hash FROM email_content
  WHERE hash = $1 AND store = $2 AND NOT damaged AND used_on >= now() - $3::float8 * interval '1 millisecond'`;

/** $1 key, $2 store, $3 ms until it is removed */
export const DRAFT = `
  INSERT INTO email_content_draft (key, store, remove_after)
  VALUES ($1, $2, clock_timestamp() + $3::float8 * interval '1 millisecond')`;

/** Takes a draft that its clean-up has not begun with: that takes what is overdue, and skips what is locked. $1 key */
export const TAKE_DRAFT = `
  WITH taken AS (
    DELETE FROM email_content_draft WHERE key = $1 AND remove_after > clock_timestamp() RETURNING key
  )
  SELECT key FROM taken`;

/** The new content, or the one there is. $1 hash, $2 size, $3 store, $4 key */
export const ADOPT = `
  INSERT INTO email_content (hash, size, store, key) VALUES ($1, $2, $3, $4)
  ON CONFLICT (hash) DO UPDATE SET used_on = now()
  RETURNING store, key, damaged`;

/** $1 hash, $2 store, $3 key */
export const REPLACE = `UPDATE email_content SET store = $2, key = $3, damaged = false WHERE hash = $1`;

/** $1 hash */
export const LOCATE = `SELECT store, key FROM email_content WHERE hash = $1`;

/** $1 hash, $2 key: it may have been replaced meanwhile */
export const DAMAGED = `UPDATE email_content SET damaged = true WHERE hash = $1 AND key = $2`;

/** Contents for a message that is being stored: they stay until its transaction ends. $1 hashes, $2 store */
export const REFER = `
  SELECT hash, size::float8 AS size FROM email_content
  WHERE hash = ANY($1) AND store = $2 AND NOT damaged
  FOR KEY SHARE`;

/** Locks contents that no message seems to refer to, so that none begins to. $1 ms since they were used, $2 how many */
export const UNUSED = `
  SELECT hash FROM email_content c
  WHERE used_on < now() - $1::float8 * interval '1 millisecond'
    AND NOT EXISTS (SELECT FROM email_attachment a WHERE a.hash = c.hash)
  ORDER BY used_on
  LIMIT $2
  FOR UPDATE SKIP LOCKED`;

/** Of locked contents, drops those that no message refers to: one may have, just before the lock. $1 hashes */
export const DROP = `
  WITH dropped AS (
    DELETE FROM email_content c
    WHERE hash = ANY($1) AND NOT EXISTS (SELECT FROM email_attachment a WHERE a.hash = c.hash)
    RETURNING store, key
  )
  INSERT INTO email_content_draft (key, store, remove_after) SELECT key, store, clock_timestamp() FROM dropped`;

/** Drafts to be removed, after a key. $1 store, $2 key, $3 how many */
export const OVERDUE = `
  SELECT key FROM email_content_draft
  WHERE store = $1 AND key > $2 AND remove_after <= clock_timestamp()
  ORDER BY key
  LIMIT $3
  FOR UPDATE SKIP LOCKED`;

/** $1 key */
export const FORGET_DRAFT = `DELETE FROM email_content_draft WHERE key = $1`;
