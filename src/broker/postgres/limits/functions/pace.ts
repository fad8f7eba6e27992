import { GATE_TIMES } from '../../../../tasks/gates.js';

const { catchUp, horizon, late, mostLead, onItsWay } = GATE_TIMES;

/** What a gate is at present, and the pace it is passed at. */
export const PACE = `
CREATE OR REPLACE FUNCTION celeriac_clock(p_now float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT coalesce(p_now, extract(epoch FROM clock_timestamp())::float8 * 1000)
$$;

CREATE OR REPLACE FUNCTION celeriac_gate_current(p_gate jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_change jsonb;
  v_gate jsonb := p_gate;
BEGIN
  SELECT change INTO v_change FROM celeriac_limit_change WHERE name = p_gate->>'name';
  IF FOUND THEN v_gate := v_gate || v_change; END IF;
  IF v_gate->>'kind' = 'rate' THEN
    v_gate := v_gate || jsonb_build_object('step', (v_gate->>'period')::float8 / (v_gate->>'count')::float8,
      'tolerance', ((v_gate->>'burst')::float8 - 1) * (v_gate->>'period')::float8 / (v_gate->>'count')::float8);
  END IF;
  RETURN v_gate;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_on_their_way(p_id text, p_now float8) RETURNS integer LANGUAGE sql AS $$
  SELECT count(*)::integer FROM celeriac_gate_member
   WHERE gate = p_id AND called_at > p_now - ${onItsWay}
$$;

-- No more than the limit can have brought about: after a change of it, or of the clock, nothing waits for the old one.
CREATE OR REPLACE FUNCTION celeriac_gate_tat(p_gate jsonb, p_now float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  v_tat float8;
  v_most float8 := p_now + ${horizon} + (p_gate->>'burst')::float8 * (p_gate->>'step')::float8;
BEGIN
  SELECT tat INTO v_tat FROM celeriac_gate WHERE id = p_gate->>'id';
  IF v_tat <= v_most THEN RETURN v_tat; END IF;
  UPDATE celeriac_gate SET tat = v_most WHERE id = p_gate->>'id';
  RETURN v_most;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_most_on_their_way(p_gate jsonb) RETURNS integer LANGUAGE sql AS $$
  SELECT ((p_gate->>'burst')::float8 + ceil(2 * ${catchUp} / (p_gate->>'step')::float8))::integer
$$;

CREATE OR REPLACE FUNCTION celeriac_gate_pace(p_gate jsonb, p_now float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT greatest(
           celeriac_gate_tat(p_gate, p_now),
           CASE WHEN paced <= p_now + ${horizon} + (p_gate->>'step')::float8
                    * ((p_gate->>'burst')::float8 + 2 * celeriac_gate_most_on_their_way(p_gate)) THEN paced END,
           p_now - ${catchUp})
    FROM celeriac_gate WHERE id = p_gate->>'id'
$$;

-- How much before their slots callers are called in: about as long as they have taken to come of late.
CREATE OR REPLACE FUNCTION celeriac_gate_lead(p_gate jsonb) RETURNS float8 LANGUAGE sql AS $$
  SELECT greatest(0, least(lag - ${late}, ${mostLead})) FROM celeriac_gate WHERE id = p_gate->>'id'
$$;

CREATE OR REPLACE FUNCTION celeriac_gate_arrived(p_gate jsonb, p_called float8, p_now float8) RETURNS void
LANGUAGE sql AS $$
  UPDATE celeriac_gate SET lag = lag + (least(p_now - p_called, 2 * (${late} + ${mostLead})) - lag) / 5
   WHERE id = p_gate->>'id' AND spec IS NOT NULL
$$;
`;
