/** What breakers are told and asked; changes at run time. */
export const BREAKERS = `
CREATE OR REPLACE FUNCTION celeriac_gate_report(p_now float8, p_gate jsonb, p_member text, p_failure text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_gate jsonb := celeriac_gate_current(p_gate);
  v_id text := p_gate->>'id';
  v_now float8;
  v_row celeriac_gate;
  v_failures integer;
BEGIN
  PERFORM celeriac_gate_lock(ARRAY[v_id]);
  v_now := celeriac_clock(p_now);
  SELECT * INTO v_row FROM celeriac_gate WHERE id = v_id;
  IF p_failure IS NULL THEN
    IF v_row.opens_at IS NULL THEN RETURN false; END IF;
    IF v_row.probe IS DISTINCT FROM p_member THEN RETURN true; END IF;
    UPDATE celeriac_gate SET opens_at = NULL, probe = NULL, probe_until = NULL WHERE id = v_id;
    IF v_row.spec IS NOT NULL THEN
      PERFORM celeriac_gate_call_in(celeriac_gate_current(v_row.spec), v_now);
    END IF;
    RETURN false;
  END IF;
  IF v_row.opens_at IS NULL THEN
    INSERT INTO celeriac_breaker_failure (gate, id, member, at) VALUES (v_id, p_failure, p_member, v_now)
    ON CONFLICT DO NOTHING;
    DELETE FROM celeriac_breaker_failure WHERE gate = v_id AND at <= v_now - (v_gate->>'window')::float8;
    SELECT count(*) INTO v_failures FROM celeriac_breaker_failure WHERE gate = v_id;
    IF v_failures < (v_gate->>'failures')::integer THEN RETURN false; END IF;
    -- Whoever failed before it was known that there is an outage has spent a retry on it.
    INSERT INTO celeriac_breaker_spent AS spent (gate, member, retries, at)
    SELECT gate, member, count(*), v_now FROM celeriac_breaker_failure
     WHERE gate = v_id AND id <> p_failure AND left(member, 1) <> '~' GROUP BY gate, member
    ON CONFLICT (gate, member) DO UPDATE SET retries = spent.retries + EXCLUDED.retries, at = EXCLUDED.at;
  ELSIF v_row.probe IS DISTINCT FROM p_member THEN
    RETURN true;
  END IF;
  DELETE FROM celeriac_breaker_failure WHERE gate = v_id;
  UPDATE celeriac_gate
     SET opens_at = v_now + (v_gate->>'cooldown')::float8, probe = NULL, probe_until = NULL, used_at = v_now
   WHERE id = v_id;
  IF v_row.spec IS NOT NULL THEN
    PERFORM celeriac_gate_look_later(celeriac_gate_current(v_row.spec), v_now);
  END IF;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_breaker(p_now float8, p_gate jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_gate jsonb := celeriac_gate_current(p_gate);
  v_now float8 := celeriac_clock(p_now);
  v_opens float8;
BEGIN
  SELECT opens_at INTO v_opens FROM celeriac_gate WHERE id = p_gate->>'id';
  RETURN jsonb_build_object(
    'state', CASE WHEN v_opens IS NULL THEN 'closed' WHEN v_now < v_opens THEN 'open' ELSE 'half-open' END,
    'until', v_opens,
    'failures', (SELECT count(*) FROM celeriac_breaker_failure
                  WHERE gate = p_gate->>'id' AND at > v_now - (v_gate->>'window')::float8),
    'waiting', (SELECT count(*) FROM celeriac_gate_member WHERE gate = p_gate->>'id' AND called_at IS NULL));
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_set_breaker(p_now float8, p_gate jsonb, p_open_for float8) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_now float8;
  v_spec jsonb;
BEGIN
  PERFORM celeriac_gate_lock(ARRAY[v_id]);
  v_now := celeriac_clock(p_now);
  DELETE FROM celeriac_breaker_failure WHERE gate = v_id;
  UPDATE celeriac_gate
     SET opens_at = CASE WHEN p_open_for > 0 THEN v_now + p_open_for END, probe = NULL, probe_until = NULL, used_at = v_now
   WHERE id = v_id;
  v_spec := celeriac_gate_stored(v_id);
  IF v_spec IS NOT NULL THEN PERFORM celeriac_gate_call_in(v_spec, v_now); END IF;
END $$;

-- What waits is looked at anew.
CREATE OR REPLACE FUNCTION celeriac_gate_change(p_now float8, p_name text, p_change jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_id text;
  v_spec jsonb;
BEGIN
  IF p_change IS NULL THEN DELETE FROM celeriac_limit_change WHERE name = p_name;
  ELSE
    INSERT INTO celeriac_limit_change (name, change) VALUES (p_name, p_change)
    ON CONFLICT (name) DO UPDATE SET change = EXCLUDED.change;
  END IF;
  FOR v_id IN SELECT id FROM celeriac_gate WHERE look_at IS NOT NULL AND spec->>'name' = p_name ORDER BY id LOOP
    v_spec := celeriac_gate_stored(v_id);
    CONTINUE WHEN v_spec IS NULL;
    UPDATE celeriac_gate SET paced = 0 WHERE id = v_id;
    PERFORM celeriac_gate_look_later(v_spec, celeriac_clock(p_now));
  END LOOP;
END $$;
`;
