/*
 * A table of ours in BullMQ's schema; the connection's search_path selects the schema.
 */

export const CREATE_PRESENCE_TABLE = `
  CREATE TABLE IF NOT EXISTS celeriac_presence (
    id      text        PRIMARY KEY,
    state   jsonb       NOT NULL,
    beat_at timestamptz NOT NULL,
    till    timestamptz NOT NULL
  )`;

/** $1 id, $2 state, $3 how long it is kept, in ms */
export const BEAT = `
  INSERT INTO celeriac_presence (id, state, beat_at, till)
  VALUES ($1, $2::jsonb, clock_timestamp(), clock_timestamp() + $3::bigint * interval '1 millisecond')
  ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, beat_at = EXCLUDED.beat_at, till = EXCLUDED.till`;

export const LEAVE = `DELETE FROM celeriac_presence WHERE id = $1`;

export const BEATS = `
  WITH forgotten AS (DELETE FROM celeriac_presence WHERE till < clock_timestamp())
  SELECT id, state, greatest(0, extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS age
    FROM celeriac_presence
   WHERE till >= clock_timestamp()
   ORDER BY id`;
