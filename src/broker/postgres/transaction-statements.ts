/*
 * Statements for connections of the callers' own: nothing in them depends on the search_path. `schema` is quoted.
 */

/** $1, $2: a key made up for the occasion. */
export const HOLD = `SELECT pg_advisory_xact_lock($1::integer, $2::integer)`;

/** $1, $2: the key of a lock someone holds. $3 schema, $4 its table of jobs */
export const REACH = `
  SELECT EXISTS (
           SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objid = $2::bigint::oid AND objsubid = 2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         ) AS here,
         coalesce(has_schema_privilege(to_regnamespace($3), 'USAGE')
              AND has_table_privilege(to_regclass($4), 'SELECT')
              AND has_table_privilege(to_regclass($4), 'INSERT')
              AND has_table_privilege(to_regclass($4), 'UPDATE'), false) AS allowed`;

/** Row by row: BullMQ's own function for many would create temporary tables. $1 queue, $2 jobs as JSON, in order */
export const enqueue = (schema: string): string => `
  SELECT ${schema}.add_job(
           $1, id, name, data::jsonb, opts, priority, delay, added_at, 0, NULL, NULL, NULL, dedup, NULL, false
         ) AS id
    FROM (
      SELECT *
        FROM ROWS FROM (
               jsonb_to_recordset($2::jsonb) AS (
                 id text, name text, data text, opts jsonb, priority integer, delay bigint, added_at bigint,
                 dedup text
               )
             ) WITH ORDINALITY
       ORDER BY ordinality
    ) job`;

/** $1 queue, $2 id */
export const read = (schema: string): string => `
  SELECT name, data, state, attempts_made, stalled_count, progress, return_value, failed_reason,
         stacktrace -> -1 AS stack, added_at_ms, processed_at_ms, finished_at_ms, process_at_ms
    FROM ${schema}.job WHERE queue = $1 AND id = $2`;

/** $1 queue, $2 key of a call that keeps others away, $3 id of the call */
export const releaseKey = (schema: string): string => `
  DELETE FROM ${schema}.dedup WHERE queue = $1 AND dedup_id = $2 AND job_id = $3`;

/** $1 queue, $2 id */
export const payload = (schema: string): string => `
  SELECT data FROM ${schema}.job WHERE queue = $1 AND id = $2`;

/** $1 queue, $2 id, $3 lock token, $4 result, $5 when, in ms */
export const complete = (schema: string): string => `
  SELECT ${schema}.move_to_completed($1, $2, $3, $4::jsonb, $5::bigint, false, NULL, NULL)`;
