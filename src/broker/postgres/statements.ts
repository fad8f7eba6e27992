/*
 * Statements beyond BullMQ's own. The connection's search_path selects the schema.
 */

export const TIME = `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now`;

export const DUE_AT = `SELECT process_at_ms FROM job WHERE queue = $1 AND id = $2`;

/**
 * BullMQ's own move_active_to_wait puts an unprioritised job at the tail, and says nothing when the lock is
 * another's. A negative sequence number sorts before every waiting job of its priority.
 */
export const HAND_BACK = `
  WITH handed_back AS (
    UPDATE job
       SET state = 'waiting', seq = -nextval('job_seq'), lock_token = NULL, locked_until_ms = NULL
     WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $3
    RETURNING id
  )
  SELECT publish_event($1, 'waiting', jsonb_build_object('jobId', id, 'prev', 'active')),
         pg_notify('bullmq_jobs', $1)
    FROM handed_back`;

export const PARKED = `
  SELECT id FROM job
   WHERE queue = $1 AND state = 'delayed' AND name = ANY($2::text[]) AND failed_reason LIKE $3
   ORDER BY seq`;
