import { CREATE_FAIR_TABLES } from './fair-statements.js';

/*
 * Tables of ours in BullMQ's schema, and what is done with them. The connection's search_path selects the schema.
 */

export const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS celeriac_call_record (
    queue      text        NOT NULL,
    id         text        NOT NULL,
    crashes    jsonb       NOT NULL DEFAULT '[]',
    mark       jsonb,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, id)
  );
  ALTER TABLE celeriac_call_record ADD COLUMN IF NOT EXISTS duplicate_of text;
  CREATE TABLE IF NOT EXISTS celeriac_revocation (
    queue     text    NOT NULL,
    id        text    NOT NULL,
    terminate boolean NOT NULL,
    at_ms     bigint  NOT NULL,
    PRIMARY KEY (queue, id)
  );
  CREATE INDEX IF NOT EXISTS celeriac_revocation_at_idx ON celeriac_revocation (queue, at_ms);
  ${CREATE_FAIR_TABLES}`;

/** $3 crash, $4 how many are kept */
export const ADD_CRASH = `
  INSERT INTO celeriac_call_record AS record (queue, id, crashes) VALUES ($1, $2, jsonb_build_array($3::jsonb))
  ON CONFLICT (queue, id) DO UPDATE
    SET updated_at = now(),
        crashes = (
          SELECT jsonb_agg(crash ORDER BY place)
            FROM (
              SELECT crash, place
                FROM jsonb_array_elements(record.crashes || EXCLUDED.crashes) WITH ORDINALITY AS all_of (crash, place)
               ORDER BY place DESC
               LIMIT $4
            ) kept
        )
  RETURNING crashes`;

export const CRASHES = `SELECT crashes FROM celeriac_call_record WHERE queue = $1 AND id = $2`;

/** $3 mark, or NULL for none */
export const SET_MARK = `
  INSERT INTO celeriac_call_record (queue, id, mark) VALUES ($1, $2, $3::jsonb)
  ON CONFLICT (queue, id) DO UPDATE SET mark = EXCLUDED.mark, updated_at = now()`;

export const MARK = `SELECT mark FROM celeriac_call_record WHERE queue = $1 AND id = $2`;

/** $3 the other call */
export const SET_DUPLICATE = `
  INSERT INTO celeriac_call_record (queue, id, duplicate_of) VALUES ($1, $2, $3)
  ON CONFLICT (queue, id) DO UPDATE SET duplicate_of = EXCLUDED.duplicate_of, updated_at = now()`;

export const DUPLICATE_OF = `SELECT duplicate_of FROM celeriac_call_record WHERE queue = $1 AND id = $2`;

export const FORGET = `
  WITH revocation AS (DELETE FROM celeriac_revocation WHERE queue = $1 AND id = $2)
  DELETE FROM celeriac_call_record WHERE queue = $1 AND id = $2`;

/** $2 since, in ms */
export const REVOCATIONS = `
  SELECT id, terminate FROM celeriac_revocation WHERE queue = $1 AND at_ms >= $2::bigint`;

export const REVOCATION = `SELECT id, terminate FROM celeriac_revocation WHERE queue = $1 AND id = $2`;

/** $2 age in ms */
export const PRUNE_REVOCATIONS = `
  DELETE FROM celeriac_revocation
   WHERE queue = $1 AND at_ms < extract(epoch FROM clock_timestamp()) * 1000 - $2::bigint`;

/** $2 age in ms */
export const PRUNE_RECORDS = `
  DELETE FROM celeriac_call_record
   WHERE queue = $1 AND updated_at < clock_timestamp() - $2::bigint * interval '1 millisecond'`;
