import { GATE_TIMES } from '../../../tasks/gates.js';

/*
 * $1 a time that takes the place of the clock's, for tests.
 */
export const PASS = `SELECT celeriac_gate_pass($1, $2::jsonb) AS answer`;
export const RELEASE = `SELECT celeriac_gate_release($1, $2::jsonb)::text AS answer`;
export const RENEW = `SELECT celeriac_gate_renew($1, $2::jsonb, $3) AS answer`;
export const LEAVE = `SELECT celeriac_gate_leave_all($1, $2, $3::jsonb)::text AS answer`;
export const CALL_IN = `SELECT celeriac_gate_call_in_due($1, $2, $3) AS answer`;
export const REPORT = `SELECT celeriac_gate_report($1, $2::jsonb, $3, $4) AS answer`;
export const BREAKER = `SELECT celeriac_gate_breaker($1, $2::jsonb) AS answer`;
export const SET_BREAKER = `SELECT celeriac_gate_set_breaker($1, $2::jsonb, $3)::text AS answer`;
export const CHANGE = `SELECT celeriac_gate_change($1, $2, $3::jsonb)::text AS answer`;

export const CHANGES = `SELECT name, change FROM celeriac_limit_change`;

export const WAITING = `
  SELECT count(*)::integer AS count FROM celeriac_gate_member WHERE gate = $1 AND called_at IS NULL`;

export const PRUNE_PERMITS = `
  DELETE FROM celeriac_permit WHERE lapses_at < extract(epoch FROM clock_timestamp()) * 1000 - 3600000`;

export const PRUNE_SPENT = `
  DELETE FROM celeriac_breaker_spent
   WHERE at < extract(epoch FROM clock_timestamp()) * 1000 - ${GATE_TIMES.spentKept}`;

/** $1 age in ms. A gate that somebody waits at, or whose breaker is open, is in use. */
export const PRUNE = `
  DELETE FROM celeriac_gate
   WHERE id IN (
     SELECT id FROM celeriac_gate
      WHERE look_at IS NULL AND opens_at IS NULL
        AND greatest(used_at, tat) < extract(epoch FROM clock_timestamp()) * 1000 - $1::float8
        AND NOT EXISTS (SELECT FROM celeriac_permit WHERE gate = id)
        AND NOT EXISTS (SELECT FROM celeriac_gate_member WHERE gate = id AND called_at IS NULL)
        AND NOT EXISTS (SELECT FROM celeriac_gate_member WHERE gate = id AND called_at IS NOT NULL)
        FOR UPDATE SKIP LOCKED
   )`;
