import { GATE_TIMES } from '../../../../tasks/gates.js';
import { CALLED_AT_ONCE } from './bounds.js';

const { catchUp, horizon, onItsWay } = GATE_TIMES;

/**
 * What differs between rates, permits and breakers: whether one may pass, what passing takes, how many may be called in,
 * when that may be more, and when the turn of one who waits comes.
 */
export const KINDS = `
-- How long the gate refuses for; when it does not, how long to wait for the slot.
CREATE OR REPLACE FUNCTION celeriac_gate_check(
  p_gate jsonb, p_member text, p_now float8, OUT delay float8, OUT slot float8, OUT own boolean, OUT probing boolean
) LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_wait float8;
  v_row celeriac_gate;
BEGIN
  delay := 0; slot := 0; own := false; probing := false;
  CASE p_gate->>'kind'
  WHEN 'rate' THEN
    v_wait := greatest(celeriac_gate_tat(p_gate, p_now), p_now - ${catchUp}) - (p_gate->>'tolerance')::float8 - p_now;
    IF v_wait <= least(${horizon}, (p_gate->>'step')::float8) THEN slot := greatest(v_wait, 0);
    ELSE delay := v_wait; END IF;
  WHEN 'permits' THEN
    DELETE FROM celeriac_permit WHERE gate = v_id AND lapses_at <= p_now;
    own := EXISTS (SELECT FROM celeriac_permit WHERE gate = v_id AND member = p_member);
    IF NOT own AND (SELECT count(*) FROM celeriac_permit WHERE gate = v_id) >= (p_gate->>'limit')::integer THEN
      delay := 1;
    END IF;
  WHEN 'breaker' THEN
    SELECT * INTO v_row FROM celeriac_gate WHERE id = v_id;
    IF v_row.opens_at IS NULL THEN RETURN; END IF;
    IF p_now < v_row.opens_at THEN delay := v_row.opens_at - p_now;
    ELSE
      probing := true;
      IF v_row.probe <> p_member AND p_now < v_row.probe_until THEN delay := v_row.probe_until - p_now; END IF;
    END IF;
  END CASE;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_take(
  p_gate jsonb, p_member text, p_lease float8, p_fence bigint, p_probing boolean, p_now float8
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_tat float8;
BEGIN
  CASE p_gate->>'kind'
  WHEN 'rate' THEN
    v_tat := greatest(celeriac_gate_tat(p_gate, p_now), p_now - ${catchUp}) + (p_gate->>'step')::float8;
    UPDATE celeriac_gate SET tat = v_tat, used_at = p_now WHERE id = v_id;
  WHEN 'permits' THEN
    INSERT INTO celeriac_permit (gate, member, lapses_at, fence) VALUES (v_id, p_member, p_now + p_lease, p_fence)
    ON CONFLICT (gate, member) DO UPDATE SET lapses_at = EXCLUDED.lapses_at, fence = EXCLUDED.fence;
  WHEN 'breaker' THEN
    IF p_probing THEN
      UPDATE celeriac_gate SET probe = p_member, probe_until = p_now + p_lease WHERE id = v_id;
    END IF;
  END CASE;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_refund(p_gate jsonb, p_member text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_spent integer;
BEGIN
  DELETE FROM celeriac_breaker_spent WHERE gate = p_gate->>'id' AND member = p_member RETURNING retries INTO v_spent;
  IF NOT FOUND THEN RETURN 0; END IF;
  UPDATE job SET attempts_made = greatest(0, attempts_made - v_spent)
   WHERE queue = split_part(p_member, '.', 1) AND id = p_member;
  RETURN v_spent;
END $$;

-- How many of those who wait may be called in.
CREATE OR REPLACE FUNCTION celeriac_gate_room(p_gate jsonb, p_now float8) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_coming integer := celeriac_gate_on_their_way(p_gate->>'id', p_now);
  v_row celeriac_gate;
BEGIN
  CASE p_gate->>'kind'
  WHEN 'rate' THEN
    RETURN greatest(0, least(
      floor((p_now + celeriac_gate_lead(p_gate) + (p_gate->>'tolerance')::float8 - celeriac_gate_pace(p_gate, p_now))
        / (p_gate->>'step')::float8 + 1e-6) + 1,
      celeriac_gate_most_on_their_way(p_gate) - v_coming));
  WHEN 'permits' THEN
    RETURN (p_gate->>'limit')::integer - v_coming
      - (SELECT count(*) FROM celeriac_permit WHERE gate = v_id AND lapses_at > p_now);
  WHEN 'breaker' THEN
    SELECT * INTO v_row FROM celeriac_gate WHERE id = v_id;
    IF v_row.opens_at IS NULL THEN RETURN ${CALLED_AT_ONCE} - v_coming; END IF;
    IF p_now < v_row.opens_at OR (v_row.probe IS NOT NULL AND p_now < v_row.probe_until) THEN RETURN 0; END IF;
    RETURN 1 - v_coming;
  END CASE;
END $$;

-- When that may be more.
CREATE OR REPLACE FUNCTION celeriac_gate_look(p_gate jsonb, p_now float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_coming integer := celeriac_gate_on_their_way(p_gate->>'id', p_now);
  v_row celeriac_gate;
  v_lapses float8;
BEGIN
  CASE p_gate->>'kind'
  WHEN 'rate' THEN
    RETURN greatest(
      celeriac_gate_pace(p_gate, p_now) - (p_gate->>'tolerance')::float8 - celeriac_gate_lead(p_gate),
      CASE WHEN v_coming >= celeriac_gate_most_on_their_way(p_gate) THEN p_now + ${catchUp} END);
  WHEN 'permits' THEN
    SELECT coalesce(min(lapses_at), p_now + ${onItsWay}) INTO v_lapses
      FROM celeriac_permit WHERE gate = v_id AND lapses_at > p_now;
    RETURN CASE WHEN v_coming > 0 THEN least(v_lapses, p_now + ${onItsWay}) ELSE v_lapses END;
  WHEN 'breaker' THEN
    SELECT * INTO v_row FROM celeriac_gate WHERE id = v_id;
    IF v_row.opens_at IS NULL THEN RETURN p_now + ${catchUp}; END IF;
    IF p_now < v_row.opens_at THEN RETURN v_row.opens_at; END IF;
    IF v_row.probe IS NOT NULL AND p_now < v_row.probe_until THEN RETURN v_row.probe_until; END IF;
    RETURN p_now + ${onItsWay};
  END CASE;
END $$;

-- Milliseconds to the turn of one who has so many before it.
CREATE OR REPLACE FUNCTION celeriac_gate_turn(p_gate jsonb, p_ahead integer, p_now float8) RETURNS float8
LANGUAGE plpgsql AS $$
BEGIN
  CASE p_gate->>'kind'
  WHEN 'rate' THEN
    RETURN celeriac_gate_pace(p_gate, p_now) - (p_gate->>'tolerance')::float8
      + p_ahead * (p_gate->>'step')::float8 - p_now;
  WHEN 'permits' THEN RETURN 1;
  WHEN 'breaker' THEN
    RETURN greatest(1, (SELECT opens_at FROM celeriac_gate WHERE id = p_gate->>'id') - p_now);
  END CASE;
END $$;
`;
