import { LEVEL_SPAN } from '../bullmq/turns.js';
import { CREDIT, LAST_ROUND, PASSES_PER_ROUND, SETTLED_AFTER } from '../bullmq/fair-rounds.js';

/*
 * Numbers for the calls of fair queues. The row of a queue's level is locked while numbers are given, so that must not
 * wait for a disk; after a crash numbering goes on from the calls that wait.
 *
 * `round`: the number of the call that is next in line, or has been; `settled`: the last number that was given a while ago.
 */

export const CREATE_FAIR_TABLES = `
  CREATE UNLOGGED TABLE IF NOT EXISTS celeriac_fair_level (
    queue   text             NOT NULL,
    level   integer          NOT NULL,
    round   double precision NOT NULL DEFAULT ${CREDIT},
    settled bigint           NOT NULL DEFAULT 0,
    since   timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (queue, level)
  );
  CREATE UNLOGGED TABLE IF NOT EXISTS celeriac_fair_tenant (
    queue  text    NOT NULL,
    level  integer NOT NULL,
    tenant text    NOT NULL,
    number bigint  NOT NULL,
    PRIMARY KEY (queue, level, tenant)
  );
  CREATE INDEX IF NOT EXISTS celeriac_fair_tenant_number_idx ON celeriac_fair_tenant (queue, level, number);
  CREATE OR REPLACE FUNCTION celeriac_fair_numbers(p_queue text, p_level integer, p_tenants text[])
  RETURNS bigint[]
  LANGUAGE plpgsql
  SET search_path FROM CURRENT
  AS $$
  DECLARE
    v_kept    celeriac_fair_level;
    v_base    integer := p_level * ${LEVEL_SPAN};
    v_line    bigint;
    v_tenant  text;
    v_count   integer;
    v_last    bigint;
    v_names   text[] := '{}';
    v_firsts  bigint[] := '{}';
  BEGIN
    INSERT INTO celeriac_fair_level AS kept (queue, level) VALUES (p_queue, p_level)
    ON CONFLICT (queue, level) DO UPDATE SET level = kept.level
    RETURNING * INTO v_kept;

    SELECT min(priority) - v_base INTO v_line
      FROM job
     WHERE queue = p_queue AND state = 'waiting'
       AND priority > v_base AND priority < v_base::bigint + ${LEVEL_SPAN};
    IF clock_timestamp() - v_kept.since >= interval '${SETTLED_AFTER} milliseconds' THEN
      SELECT coalesce(max(number), v_kept.settled) INTO v_kept.settled
        FROM celeriac_fair_tenant WHERE queue = p_queue AND level = p_level;
      v_kept.since := clock_timestamp();
    END IF;
    IF v_line IS NOT NULL THEN
      v_kept.round := greatest(v_kept.round, v_line);
    ELSE
      v_kept.round := greatest(v_kept.round, v_kept.settled);
      IF v_kept.round > ${LAST_ROUND} THEN
        DELETE FROM celeriac_fair_tenant WHERE queue = p_queue AND level = p_level;
        v_kept.round := ${CREDIT};
        v_kept.settled := 0;
      END IF;
    END IF;

    FOR v_tenant, v_count IN
      SELECT tenant, count(*) FROM unnest(p_tenants) WITH ORDINALITY AS given (tenant, place)
       GROUP BY tenant ORDER BY min(place)
    LOOP
      INSERT INTO celeriac_fair_tenant AS kept (queue, level, tenant, number)
      VALUES (p_queue, p_level, v_tenant,
              floor(greatest(0, v_kept.round - CASE WHEN v_line IS NULL THEN 0 ELSE ${CREDIT} END)) + v_count)
      ON CONFLICT (queue, level, tenant) DO UPDATE SET number = greatest(EXCLUDED.number, kept.number + v_count)
      RETURNING number INTO v_last;
      v_names := v_names || v_tenant;
      v_firsts := v_firsts || (v_last - v_count + 1);
      IF v_line IS NOT NULL THEN
        v_kept.round := v_kept.round
          + greatest(0, least(v_count, floor(v_kept.round) - (v_last - v_count))) / ${PASSES_PER_ROUND};
      END IF;
    END LOOP;

    DELETE FROM celeriac_fair_tenant
     WHERE queue = p_queue AND level = p_level AND number <= floor(v_kept.round) - ${CREDIT};
    UPDATE celeriac_fair_level
       SET round = v_kept.round, settled = v_kept.settled, since = v_kept.since
     WHERE queue = p_queue AND level = p_level;
    RETURN (
      SELECT array_agg(first + nth - 1 ORDER BY place)
        FROM (
          SELECT tenant, place, row_number() OVER (PARTITION BY tenant ORDER BY place) AS nth
            FROM unnest(p_tenants) WITH ORDINALITY AS asked (tenant, place)
        ) given
        JOIN unnest(v_names, v_firsts) AS begun (tenant, first) USING (tenant)
    );
  END;
  $$`;

/** $1 queue, $2 level, $3 tenants */
export const FAIR_NUMBERS = `SELECT celeriac_fair_numbers($1, $2, $3) AS numbers`;
