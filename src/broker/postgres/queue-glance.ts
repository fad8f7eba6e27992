import type { Pool } from 'pg';
import { oldestDue, type QueueState, type WaitingSample } from '../../tasks/queue-state.js';

/** Calls looked at in each level of urgency. */
const SAMPLE = 10;

/**
 * Counts, by the partial indexes of each state; and the calls longest waiting, of each level of urgency that a queue
 * without turns has (0 to 3), and of the head.
 */
const GLANCE = `
  WITH waiting AS (
    SELECT head.* FROM (
      SELECT id, added_at_ms, opts, attempts_started, 1 AS place
        FROM job WHERE queue = $1 AND state = 'waiting' ORDER BY priority, seq LIMIT $2
    ) head
    UNION ALL
    SELECT level.* FROM generate_series(0, 3) AS urgency, LATERAL (
      SELECT id, added_at_ms, opts, attempts_started, 2 AS place
        FROM job WHERE queue = $1 AND state = 'waiting' AND priority = urgency ORDER BY seq LIMIT $2
    ) level
  )
  SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now,
         (SELECT count(*) FROM job WHERE queue = $1 AND state = 'waiting') AS waiting,
         (SELECT count(*) FROM job WHERE queue = $1 AND state = 'delayed') AS delayed,
         (SELECT count(*) FROM job WHERE queue = $1 AND state = 'active') AS active,
         (SELECT count(*) FROM job WHERE queue = $1 AND state = 'failed') AS failed,
         EXISTS (SELECT FROM meta WHERE queue = $1 AND field = 'paused') AS paused,
         (SELECT min(process_at_ms) FROM job WHERE queue = $1 AND state = 'delayed') AS due,
         (SELECT id FROM waiting WHERE place = 1 LIMIT 1) AS next,
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'storedAt', added_at_ms, 'delay', coalesce((opts ->> 'delay')::bigint, 0),
                   'begun', attempts_started)), '[]')
            FROM waiting) AS samples`;

interface Glance {
  now: string;
  waiting: string;
  delayed: string;
  active: string;
  failed: string;
  paused: boolean;
  due: string | null;
  next: string | null;
  samples: WaitingSample[];
}

export async function glanceAt(pool: Pool, queue: string): Promise<QueueState> {
  const { rows } = await pool.query<Glance>(GLANCE, [queue, SAMPLE]);
  const [row] = rows as [Glance];
  const now = Number(row.now);
  return {
    waiting: Number(row.waiting),
    delayed: Number(row.delayed),
    active: Number(row.active),
    failed: Number(row.failed),
    paused: row.paused,
    oldestDue: oldestDue(row.samples, now),
    overdue: row.due === null ? 0 : Math.max(0, now - Number(row.due)),
    next: row.next ?? undefined,
  };
}
