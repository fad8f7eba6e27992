/** $1 namespace, $2 queue, $3 calls as JSON, in order */
export const INSERT = `
  INSERT INTO celeriac_call (namespace, queue, id, name, envelope, priority)
  SELECT $1, $2, id, name, envelope, priority
    FROM ROWS FROM (
           json_to_recordset($3::json) AS (id text, name text, envelope json, priority smallint)
         ) WITH ORDINALITY
   ORDER BY ordinality`;

/** The oldest call with an id. $1 namespace, $2 id */
export const FIND = `
  SELECT queue, id, name, envelope, extract(epoch FROM created_on) * 1000 AS "createdOn"
    FROM celeriac_call WHERE namespace = $1 AND id = $2 ORDER BY seq LIMIT 1`;

/** Queues with calls to publish. $1 namespace */
export const QUEUES = `SELECT DISTINCT queue FROM celeriac_call WHERE namespace = $1 ORDER BY queue`;

/**
 * Makes this session the only one that publishes a queue, until its transaction ends: two would mix up the order. A
 * process that is frozen meanwhile loses the session. $1 what to lock, $2 longest idle time in the transaction
 */
export const TAKE_QUEUE = `
  SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken,
         set_config('idle_in_transaction_session_timeout', $2, true)`;

/** The next calls of a queue. $1 namespace, $2 queue, $3 how many */
export const NEXT = `
  SELECT seq, id, name, envelope, priority
    FROM celeriac_call WHERE namespace = $1 AND queue = $2
   ORDER BY seq LIMIT $3
   FOR UPDATE SKIP LOCKED`;

/** $1 rows */
export const DELETE = `DELETE FROM celeriac_call WHERE seq = ANY($1::bigint[])`;

/** What waits, and since when, in ms. $1 namespace */
export const BACKLOG = `
  SELECT count(*)::integer AS waiting,
         coalesce(extract(epoch FROM clock_timestamp() - min(created_on)) * 1000, 0)::float8 AS lag
    FROM celeriac_call WHERE namespace = $1`;

export const EXISTS = `SELECT to_regclass('celeriac_call') IS NOT NULL AS exists`;
