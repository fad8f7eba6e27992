import { GATE_TIMES } from '../../../../tasks/gates.js';
import { CALLED_KEPT } from './bounds.js';

const { onItsWay } = GATE_TIMES;

/** Passing gates; giving back and keeping what that took. */
export const PASSING = `
CREATE OR REPLACE FUNCTION celeriac_gate_pass_one(p_request jsonb, p_now float8) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_member text := p_request->>'member';
  v_since float8 := (p_request->>'since')::float8;
  v_gates jsonb[];
  v_crowded boolean[] := '{}';
  v_known boolean[] := '{}';
  v_gate jsonb;
  v_index integer;
  v_earlier float8;
  v_called float8;
  v_check record;
  v_probing boolean[] := '{}';
  v_delay float8;
  v_longest float8 := 0;
  v_at integer;
  v_wait float8 := 0;
  v_waits text;
  v_fence bigint := 0;
  v_ahead integer := 0;
  v_refunded integer := 0;
BEGIN
  SELECT array_agg(celeriac_gate_current(gate) ORDER BY place) INTO v_gates
    FROM jsonb_array_elements(p_request->'gates') WITH ORDINALITY AS given (gate, place);
  FOR v_index IN 1 .. cardinality(v_gates) LOOP
    v_gate := v_gates[v_index];
    v_crowded[v_index] :=
      EXISTS (SELECT FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND called_at IS NULL)
      OR EXISTS (SELECT FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND called_at > p_now - ${onItsWay});
    v_known[v_index] := v_crowded[v_index]
      OR EXISTS (SELECT FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND called_at IS NOT NULL);
    IF v_known[v_index] THEN
      SELECT since, called_at INTO v_earlier, v_called FROM celeriac_gate_member
       WHERE gate = v_gate->>'id' AND member = v_member;
      IF FOUND AND v_called IS NOT NULL AND v_gate->>'kind' = 'rate' THEN
        PERFORM celeriac_gate_arrived(v_gate, v_called, p_now);
      ELSIF FOUND AND v_called IS NULL THEN
        v_since := coalesce(v_since, v_earlier);
        -- A visitor comes by itself to see whether it has been called in; where no worker looks, that is done here.
        IF v_waits IS NULL AND left(v_member, 1) = '~' THEN
          PERFORM celeriac_gate_call_in(v_gate, p_now);
          IF (SELECT called_at IS NULL FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND member = v_member)
            -- Somebody who was called in has not come: whoever is here may go first.
            AND NOT EXISTS (SELECT FROM celeriac_gate_member
                             WHERE gate = v_gate->>'id'
                               AND called_at BETWEEN p_now - ${CALLED_KEPT} AND p_now - ${onItsWay}) THEN
            v_waits := v_gate->>'id';
          END IF;
        END IF;
      END IF;
    END IF;
  END LOOP;
  FOR v_index IN 1 .. cardinality(v_gates) LOOP
    v_gate := v_gates[v_index];
    SELECT * INTO v_check FROM celeriac_gate_check(v_gate, v_member, p_now);
    v_delay := v_check.delay;
    v_probing[v_index] := v_check.probing;
    -- Who comes for the first time does not overtake those who wait.
    IF v_delay = 0 AND v_since IS NULL AND v_crowded[v_index] AND NOT v_check.own THEN v_delay := 1; END IF;
    IF v_delay = 0 AND v_waits = v_gate->>'id' THEN v_delay := 1; END IF;
    IF v_delay > v_longest THEN v_at := v_index; v_longest := v_delay; END IF;
    v_wait := greatest(v_wait, v_check.slot);
  END LOOP;
  IF v_at IS NULL THEN
    FOR v_index IN 1 .. cardinality(v_gates) LOOP
      v_gate := v_gates[v_index];
      IF v_fence = 0 AND v_gate->>'kind' = 'permits' THEN v_fence := nextval('celeriac_fence'); END IF;
      PERFORM celeriac_gate_take(
        v_gate, v_member, (p_request->>'lease')::float8, v_fence, v_probing[v_index], p_now);
      IF v_gate->>'kind' = 'breaker' THEN
        v_refunded := v_refunded + celeriac_gate_refund(v_gate, v_member);
      END IF;
      IF v_known[v_index] THEN
        DELETE FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND member = v_member;
      END IF;
    END LOOP;
    RETURN jsonb_build_array(1, ceil(v_wait), v_fence, (true = ANY (v_probing))::integer, (true = ANY (v_crowded))::integer,
      v_refunded, p_now);
  END IF;
  FOR v_index IN 1 .. cardinality(v_gates) LOOP
    IF v_index <> v_at AND v_known[v_index] THEN PERFORM celeriac_gate_leave(v_gates[v_index], v_member, p_now); END IF;
  END LOOP;
  v_since := coalesce(v_since, p_now);
  IF (v_gates[v_at]->>'waits')::boolean THEN
    v_ahead := celeriac_gate_enter(v_gates[v_at], v_member, v_since, p_now);
  END IF;
  RETURN jsonb_build_array(0, v_at - 1,
    ceil(greatest(v_longest, celeriac_gate_turn(v_gates[v_at], v_ahead, p_now))), v_ahead, v_since);
END $$;

-- Locks in order of the ids, and only then reads the clock: what comes later in time comes later here.
CREATE OR REPLACE FUNCTION celeriac_gate_lock(p_ids text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_found integer;
BEGIN
  SELECT count(*) INTO v_found FROM (SELECT FROM celeriac_gate WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE) locked;
  IF v_found = cardinality(p_ids) THEN RETURN; END IF;
  INSERT INTO celeriac_gate (id) SELECT id FROM unnest(p_ids) AS id ORDER BY id ON CONFLICT DO NOTHING;
  PERFORM FROM celeriac_gate WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_pass(p_now float8, p_requests jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_ids text[];
  v_now float8;
  v_answers jsonb := '[]';
  v_request jsonb;
BEGIN
  SELECT array_agg(DISTINCT gate->>'id') INTO v_ids
    FROM jsonb_array_elements(p_requests) AS request, jsonb_array_elements(request->'gates') AS gate;
  PERFORM celeriac_gate_lock(v_ids);
  v_now := celeriac_clock(p_now);
  FOR v_request IN SELECT * FROM jsonb_array_elements(p_requests) LOOP
    v_answers := v_answers || jsonb_build_array(celeriac_gate_pass_one(v_request, v_now));
  END LOOP;
  RETURN v_answers;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_release(p_now float8, p_holdings jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_ids text[];
  v_id text;
  v_spec jsonb;
  v_now float8;
BEGIN
  SELECT array_agg(DISTINCT id ORDER BY id) INTO v_ids
    FROM jsonb_array_elements(p_holdings) AS holding, jsonb_array_elements_text(holding->'gates') AS id;
  PERFORM FROM celeriac_gate WHERE id = ANY (v_ids) ORDER BY id FOR UPDATE;
  v_now := celeriac_clock(p_now);
  DELETE FROM celeriac_permit
   USING jsonb_array_elements(p_holdings) AS holding, jsonb_array_elements_text(holding->'gates') AS held
   WHERE gate = held AND member = holding->>'member' AND fence = (holding->>'fence')::bigint;
  UPDATE celeriac_gate SET probe = NULL, probe_until = NULL
    FROM jsonb_array_elements(p_holdings) AS holding, jsonb_array_elements_text(holding->'gates') AS held
   WHERE id = held AND probe = holding->>'member';
  FOREACH v_id IN ARRAY coalesce(v_ids, '{}') LOOP
    v_spec := celeriac_gate_stored(v_id);
    IF v_spec IS NOT NULL THEN PERFORM celeriac_gate_call_in(v_spec, v_now); END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_renew(p_now float8, p_holdings jsonb, p_lease float8) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_now float8;
  v_lost jsonb;
BEGIN
  PERFORM FROM celeriac_gate
   WHERE id IN (SELECT held FROM jsonb_array_elements(p_holdings) AS holding,
                       jsonb_array_elements_text(holding->'gates') AS held)
   ORDER BY id FOR UPDATE;
  v_now := celeriac_clock(p_now);
  WITH held AS (
    SELECT holding->>'member' AS member, (holding->>'fence')::bigint AS fence, gate
      FROM jsonb_array_elements(p_holdings) AS holding, jsonb_array_elements_text(holding->'gates') AS gate
  ), prolonged AS (
    UPDATE celeriac_permit AS permit SET lapses_at = v_now + p_lease
      FROM held
     WHERE permit.gate = held.gate AND permit.member = held.member AND permit.fence = held.fence AND lapses_at > v_now
    RETURNING permit.gate, permit.member
  ), probing AS (
    UPDATE celeriac_gate SET probe_until = v_now + p_lease
      FROM held WHERE id = held.gate AND probe = held.member
    RETURNING id AS gate, probe AS member
  ), lost AS (
    SELECT member, fence, gate FROM held
     WHERE (member, gate) NOT IN (SELECT member, gate FROM prolonged UNION ALL SELECT member, gate FROM probing)
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object('member', member, 'fence', fence, 'gates', gates)), '[]') INTO v_lost
    FROM (SELECT member, fence, jsonb_agg(gate) AS gates FROM lost GROUP BY member, fence) grouped;
  RETURN v_lost;
END $$;
`;
