/*
 * A table of ours in BullMQ's schema; the connection's search_path selects the schema. `look_at_ms`: when somebody must
 * look at it; who takes it puts that off for as long as it keeps it.
 */

export const CREATE_SCHEDULE_TABLE = `
  CREATE TABLE IF NOT EXISTS celeriac_schedule (
    id         text   PRIMARY KEY,
    revision   bigint NOT NULL,
    record     jsonb  NOT NULL,
    queue      text   NOT NULL,
    look_at_ms bigint
  )`;

const NOW = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

export const ALL_SCHEDULES = `
  SELECT id, revision::float8 AS revision, record, ${NOW}::float8 AS now
    FROM celeriac_schedule
   UNION ALL
  SELECT NULL, NULL, NULL, ${NOW}::float8`;

export const GET_SCHEDULE = `
  SELECT id, revision::float8 AS revision, record, ${NOW}::float8 AS now
    FROM (VALUES ($1)) asked (one) LEFT JOIN celeriac_schedule ON id = one`;

/** $1 for how long, in ms; $2 how many; $3 queues. The last row: now, and when the next is due. */
export const TAKE_SCHEDULES = `
  WITH clock AS MATERIALIZED (
    SELECT ${NOW} AS now
  ), found AS MATERIALIZED (
    SELECT id FROM celeriac_schedule
     WHERE look_at_ms <= (SELECT now FROM clock) AND queue = ANY($3::text[])
     ORDER BY look_at_ms
     LIMIT $2
       FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE celeriac_schedule
       SET look_at_ms = (SELECT now FROM clock) + $1::bigint
      FROM found
     WHERE celeriac_schedule.id = found.id
    RETURNING celeriac_schedule.id, revision, record
  )
  SELECT id, revision::float8 AS revision, record, NULL::float8 AS now, NULL::float8 AS next FROM taken
   UNION ALL
  SELECT NULL, NULL, NULL, now::float8,
         (SELECT min(greatest(0, look_at_ms - now))::float8 FROM celeriac_schedule
           WHERE look_at_ms IS NOT NULL AND queue = ANY($3::text[]) AND id NOT IN (SELECT id FROM found))
    FROM clock`;

/** $1 id, $2 the revision it is a change of, $3 the record, $4 when it is due next, in ms, or NULL, $5 its queue */
export const CHANGE_SCHEDULE = `
  WITH changed AS (
    UPDATE celeriac_schedule SET revision = revision + 1, record = $3::jsonb, look_at_ms = $4::bigint, queue = $5
     WHERE id = $1 AND revision = $2::bigint
    RETURNING id
  ), made AS (
    INSERT INTO celeriac_schedule (id, revision, record, look_at_ms, queue)
    SELECT $1, 1, $3::jsonb, $4::bigint, $5 WHERE $2::bigint = 0
    ON CONFLICT (id) DO NOTHING
    RETURNING id
  )
  SELECT id FROM changed UNION ALL SELECT id FROM made`;

/** $1 id, $2 revision */
export const REMOVE_SCHEDULE = `DELETE FROM celeriac_schedule WHERE id = $1 AND revision = $2::bigint`;
