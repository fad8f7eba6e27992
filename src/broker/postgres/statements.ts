/*
 * Statements beyond BullMQ's own. The connection's search_path selects the schema.
 */

export const TIME = `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now`;

export const DUE_AT = `SELECT process_at_ms FROM job WHERE queue = $1 AND id = $2`;

/**
 * BullMQ's own move_active_to_wait puts an unprioritised job at the tail, and says nothing when the lock is
 * another's. A negative sequence number sorts before every waiting job of its priority. $4 losses to add
 */
export const HAND_BACK = `
  WITH handed_back AS (
    UPDATE job
       SET state = 'waiting', seq = -nextval('job_seq'), lock_token = NULL, locked_until_ms = NULL,
           stalled_marked = false, stalled_count = stalled_count + $4
     WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $3
    RETURNING id
  )
  SELECT publish_event($1, 'waiting', jsonb_build_object('jobId', id, 'prev', 'active')),
         pg_notify('bullmq_jobs', $1)
    FROM handed_back`;

/** The oldest is moved last, to the very head. $1 queue, $2 id of the worker, which begins its lock tokens */
export const RECLAIM = `
  WITH held AS MATERIALIZED (
    SELECT id, -nextval('job_seq') AS seq
      FROM (
        SELECT id FROM job
         WHERE queue = $1 AND state = 'active' AND starts_with(lock_token, $2 || ':')
         ORDER BY processed_at_ms DESC, seq DESC
           FOR UPDATE SKIP LOCKED
      ) active
  ), reclaimed AS (
    UPDATE job
       SET state = 'waiting', seq = held.seq, lock_token = NULL, locked_until_ms = NULL,
           stalled_marked = false, stalled_count = stalled_count + 1
      FROM held
     WHERE job.queue = $1 AND job.id = held.id
    RETURNING job.id
  )
  SELECT id, publish_event($1, 'stalled', jsonb_build_object('jobId', id)), pg_notify('bullmq_jobs', $1)
    FROM reclaimed`;

/** $1 queue, $2 id, $3 reason as it is stored, $4 terminate */
export const REVOKE = `
  WITH found AS (
    SELECT state FROM job WHERE queue = $1 AND id = $2 FOR UPDATE
  ), revoked AS (
    UPDATE job SET failed_reason = $3
      FROM found
     WHERE job.queue = $1 AND job.id = $2 AND found.state NOT IN ('completed', 'failed')
    RETURNING job.id
  ), recorded AS (
    INSERT INTO celeriac_revocation (queue, id, terminate, at_ms)
    SELECT $1, id, $4, extract(epoch FROM clock_timestamp()) * 1000 FROM revoked
    ON CONFLICT (queue, id) DO UPDATE
      SET terminate = celeriac_revocation.terminate OR EXCLUDED.terminate, at_ms = EXCLUDED.at_ms
  )
  SELECT CASE WHEN state IN ('completed', 'failed') THEN 'ended'
              WHEN state = 'active' THEN 'running'
              ELSE 'pending' END AS was
    FROM found`;

/**
 * BullMQ's add_job waits for whoever stores or ends a call alike, be it in a transaction of the caller's own, and writes
 * an event for each that is turned away. Most need neither: a look tells that the key is held. NULL: it is being decided.
 * $1 queue, $2 id, $3 name, $4 data, $5 options, $6 priority, $7 delay, $8 when, in ms, $9 key, $10 whether it gives way
 */
export const ADD_ALIKE = `
  SELECT coalesce(
           (SELECT dedup.job_id
              FROM dedup
              JOIN job ON job.queue = dedup.queue AND job.id = dedup.job_id
             WHERE dedup.queue = $1 AND dedup.dedup_id = $9 AND $10::boolean
               AND (dedup.expire_at_ms IS NULL OR dedup.expire_at_ms > $8::bigint)),
           CASE WHEN pg_try_advisory_xact_lock(hashtext('bullmq:dedup:' || $1 || ':' || $9)) THEN
             add_job($1, $2, $3, $4::jsonb, $5::jsonb, $6::integer, $7::bigint, $8::bigint, 0, NULL, NULL, NULL, $9,
                     NULL, false)
           END
         ) AS id`;

/** $1 queue, $2 key of a call that keeps others away, $3 id of the call */
export const RELEASE_KEY = `DELETE FROM dedup WHERE queue = $1 AND dedup_id = $2 AND job_id = $3`;

export const CLEAR_LOSSES = `
  UPDATE job SET stalled_count = 0 WHERE queue = $1 AND id = $2 AND state = 'failed'`;

export const PARKED = `
  SELECT id FROM job
   WHERE queue = $1 AND state = 'delayed' AND name = ANY($2::text[]) AND failed_reason LIKE $3
   ORDER BY seq`;

/**
 * BullMQ's own move_stalled_jobs_to_wait marks all active jobs with one UPDATE, which waits for any that a transaction
 * of its task's completes, and keeps the jobs it has marked before from being settled meanwhile. This one leaves what is
 * locked for the next time, and takes the server's time, not a worker's. $1 queue, $2 shortest time between two sweeps, in ms
 */
export const SWEEP = `
  WITH clock AS MATERIALIZED (
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
  ), turn AS (
    INSERT INTO meta (queue, field, value) SELECT $1, 'stalled-check', now::text FROM clock
    ON CONFLICT (queue, field) DO UPDATE SET value = EXCLUDED.value
      WHERE meta.value::bigint <= EXCLUDED.value::bigint - $2::bigint
    RETURNING queue
  ), found AS (
    SELECT id, stalled_marked AS lost
      FROM job
     WHERE queue = (SELECT queue FROM turn) AND state = 'active'
       AND (NOT stalled_marked OR locked_until_ms < (SELECT now FROM clock))
       FOR UPDATE SKIP LOCKED
  ), marked AS (
    UPDATE job SET stalled_marked = true
      FROM found
     WHERE job.queue = $1 AND job.id = found.id AND NOT found.lost
  ), lost AS (
    UPDATE job
       SET state = 'waiting', seq = nextval('job_seq'), lock_token = NULL, locked_until_ms = NULL,
           stalled_marked = false, stalled_count = stalled_count + 1
      FROM found
     WHERE job.queue = $1 AND job.id = found.id AND found.lost
    RETURNING job.id
  )
  SELECT id, publish_event($1, 'stalled', jsonb_build_object('jobId', id)), pg_notify('bullmq_jobs', $1)
    FROM lost`;
