import { GATE_TIMES } from '../../../tasks/gates.js';

const { catchUp, horizon, onItsWay, slack } = GATE_TIMES;
const CALLED_AT_ONCE = 100;
const CALLED_KEPT = 60_000;
/** So many who wait are counted; more are estimated. */
const COUNTED = 100;

/*
 * The gates in PL/pgSQL, step for step as in broker/redis/limits. A gate is its JSON, with what has been changed at run
 * time; p_now is the time of the whole operation. The connection's search_path selects the schema.
 */
export const CREATE_GATE_FUNCTIONS = `
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
  p_gate jsonb, p_member text, p_lease float8, p_probing boolean, p_now float8
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
    INSERT INTO celeriac_permit (gate, member, lapses_at) VALUES (v_id, p_member, p_now + p_lease)
    ON CONFLICT (gate, member) DO UPDATE SET lapses_at = EXCLUDED.lapses_at;
  WHEN 'breaker' THEN
    IF p_probing THEN
      UPDATE celeriac_gate SET probe = p_member, probe_until = p_now + p_lease WHERE id = v_id;
    END IF;
  END CASE;
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
      floor((p_now + (p_gate->>'tolerance')::float8 - celeriac_gate_pace(p_gate, p_now))
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
    RETURN greatest(celeriac_gate_pace(p_gate, p_now) - (p_gate->>'tolerance')::float8,
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

CREATE OR REPLACE FUNCTION celeriac_gate_look_later(p_gate jsonb, p_now float8, p_underway boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_look float8;
BEGIN
  IF EXISTS (SELECT FROM celeriac_gate_member WHERE gate = p_gate->>'id' AND called_at IS NULL) THEN
    -- Not within the UPDATE: reading the pace may change the row.
    v_look := CASE WHEN p_underway THEN p_now + ${catchUp}
                   ELSE greatest(p_now + 1, celeriac_gate_look(p_gate, p_now)) END;
    UPDATE celeriac_gate SET look_at = v_look WHERE id = p_gate->>'id' AND look_at IS DISTINCT FROM v_look;
  ELSE
    UPDATE celeriac_gate SET look_at = NULL, spec = NULL, paced = 0 WHERE id = p_gate->>'id';
  END IF;
END $$;

-- Whether one who waits comes when it is called in. A call that was refused a moment ago is still with its worker.
CREATE OR REPLACE FUNCTION celeriac_gate_summon(p_member text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_state text;
BEGIN
  IF left(p_member, 1) = '~' THEN RETURN 'called'; END IF;
  SELECT state::text INTO v_state FROM job WHERE queue = split_part(p_member, '.', 1) AND id = p_member;
  IF v_state = 'active' THEN RETURN 'underway'; END IF;
  IF v_state IS DISTINCT FROM 'delayed' THEN RETURN 'gone'; END IF;
  PERFORM FROM job
    WHERE queue = split_part(p_member, '.', 1) AND id = p_member AND state = 'delayed' FOR UPDATE SKIP LOCKED;
  RETURN CASE WHEN FOUND THEN 'called' ELSE 'underway' END;
END $$;

-- One that is gone has been revoked, or comes by itself: the next takes its turn.
CREATE OR REPLACE FUNCTION celeriac_gate_call_in(p_gate jsonb, p_now float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_free integer := least(celeriac_gate_room(p_gate, p_now), ${CALLED_AT_ONCE});
  v_called text[] := '{}';
  v_member text;
  v_underway integer := 0;
  v_paced float8;
BEGIN
  WHILE cardinality(v_called) < v_free AND v_underway < ${CALLED_AT_ONCE} LOOP
    SELECT member INTO v_member FROM celeriac_gate_member
     WHERE gate = v_id AND called_at IS NULL ORDER BY since, member OFFSET v_underway LIMIT 1;
    EXIT WHEN NOT FOUND;
    CASE celeriac_gate_summon(v_member)
    WHEN 'underway' THEN v_underway := v_underway + 1;
    WHEN 'gone' THEN DELETE FROM celeriac_gate_member WHERE gate = v_id AND member = v_member;
    ELSE
      UPDATE celeriac_gate_member SET called_at = p_now WHERE gate = v_id AND member = v_member;
      v_called := v_called || v_member;
    END CASE;
  END LOOP;
  IF cardinality(v_called) > 0 THEN
    IF p_gate->>'kind' = 'rate' THEN
      v_paced := celeriac_gate_pace(p_gate, p_now) + cardinality(v_called) * (p_gate->>'step')::float8;
      UPDATE celeriac_gate SET paced = v_paced WHERE id = v_id;
    END IF;
    -- A negative number sorts before every waiting call of its priority; the first is moved last, to the very head.
    FOR v_index IN REVERSE cardinality(v_called) .. 1 LOOP
      CONTINUE WHEN left(v_called[v_index], 1) = '~';
      UPDATE job SET state = 'waiting', process_at_ms = NULL, delay_ms = 0, seq = -nextval('job_seq')
       WHERE queue = split_part(v_called[v_index], '.', 1) AND id = v_called[v_index];
      PERFORM publish_event(split_part(v_called[v_index], '.', 1), 'waiting',
        jsonb_build_object('jobId', v_called[v_index], 'prev', 'delayed'));
    END LOOP;
    PERFORM pg_notify('bullmq_jobs', queue)
       FROM (SELECT DISTINCT split_part(id, '.', 1) AS queue FROM unnest(v_called) AS id WHERE left(id, 1) <> '~') q;
    DELETE FROM celeriac_gate_member WHERE gate = v_id AND called_at < p_now - ${CALLED_KEPT};
  END IF;
  PERFORM celeriac_gate_look_later(p_gate, p_now, cardinality(v_called) < v_free AND v_underway > 0);
END $$;

-- What a gate with a room is, with its row locked; NULL: it has none.
CREATE OR REPLACE FUNCTION celeriac_gate_stored(p_id text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_spec jsonb;
BEGIN
  SELECT spec INTO v_spec FROM celeriac_gate WHERE id = p_id FOR UPDATE;
  RETURN CASE WHEN v_spec IS NOT NULL THEN celeriac_gate_current(v_spec) END;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_enter(p_gate jsonb, p_member text, p_since float8, p_now float8)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_id text := p_gate->>'id';
  v_before bigint;
  v_head bigint;
  v_ahead integer;
BEGIN
  UPDATE celeriac_gate SET spec = p_gate, used_at = p_now WHERE id = v_id AND spec IS DISTINCT FROM p_gate;
  SELECT place INTO v_before FROM celeriac_gate_member
   WHERE gate = v_id AND called_at IS NULL AND (since, member) < (p_since, p_member)
   ORDER BY since DESC, member DESC LIMIT 1;
  INSERT INTO celeriac_gate_member (gate, member, since, place)
  VALUES (v_id, p_member, p_since, coalesce(v_before, 0) + 1)
  ON CONFLICT (gate, member) DO UPDATE SET since = EXCLUDED.since, place = EXCLUDED.place, called_at = NULL;
  IF NOT EXISTS (SELECT FROM celeriac_gate WHERE id = v_id AND look_at IS NOT NULL) THEN
    PERFORM celeriac_gate_look_later(p_gate, p_now);
  END IF;
  SELECT count(*) INTO v_ahead FROM (
    SELECT FROM celeriac_gate_member
     WHERE gate = v_id AND called_at IS NULL AND (since, member) < (p_since, p_member) LIMIT ${COUNTED + 1}) before;
  IF v_ahead <= ${COUNTED} THEN RETURN v_ahead; END IF;
  -- Of many, about how many: places are given in order, and left from the front.
  SELECT place INTO v_head FROM celeriac_gate_member
   WHERE gate = v_id AND called_at IS NULL ORDER BY since, member LIMIT 1;
  RETURN greatest(v_ahead, v_before + 1 - v_head);
END $$;

-- A turn that another gate has spoilt is the next one's.
CREATE OR REPLACE FUNCTION celeriac_gate_leave(p_gate jsonb, p_member text, p_now float8) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_called float8;
BEGIN
  DELETE FROM celeriac_gate_member WHERE gate = p_gate->>'id' AND member = p_member RETURNING called_at INTO v_called;
  IF v_called IS NULL OR p_gate->>'kind' <> 'rate' THEN RETURN; END IF;
  UPDATE celeriac_gate SET paced = paced - (p_gate->>'step')::float8
   WHERE id = p_gate->>'id' AND spec IS NOT NULL AND paced > 0;
  IF FOUND THEN PERFORM celeriac_gate_look_later(p_gate, p_now); END IF;
END $$;

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
  v_crowd integer;
  v_check record;
  v_own boolean[] := '{}';
  v_probing boolean[] := '{}';
  v_delay float8;
  v_longest float8 := 0;
  v_at integer;
  v_wait float8 := 0;
  v_waits text;
  v_fence bigint := 0;
  v_ahead integer := 0;
BEGIN
  SELECT array_agg(celeriac_gate_current(gate) ORDER BY place) INTO v_gates
    FROM jsonb_array_elements(p_request->'gates') WITH ORDINALITY AS given (gate, place);
  FOR v_index IN 1 .. cardinality(v_gates) LOOP
    v_gate := v_gates[v_index];
    v_known[v_index] := EXISTS (SELECT FROM celeriac_gate_member WHERE gate = v_gate->>'id');
    v_crowded[v_index] := v_known[v_index] AND EXISTS (
      SELECT FROM celeriac_gate_member
       WHERE gate = v_gate->>'id' AND (called_at IS NULL OR called_at > p_now - ${onItsWay}));
    IF v_known[v_index] THEN
      SELECT since INTO v_earlier FROM celeriac_gate_member
       WHERE gate = v_gate->>'id' AND member = v_member AND called_at IS NULL;
      IF FOUND THEN
        v_since := coalesce(v_since, v_earlier);
        -- A visitor comes by itself to see whether it has been called in; where no worker looks, that is done here.
        IF v_waits IS NULL AND left(v_member, 1) = '~' THEN
          PERFORM celeriac_gate_call_in(v_gate, p_now);
          IF EXISTS (SELECT FROM celeriac_gate_member
                      WHERE gate = v_gate->>'id' AND member = v_member AND called_at IS NULL) THEN
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
      PERFORM celeriac_gate_take(v_gate, v_member, (p_request->>'lease')::float8, v_probing[v_index], p_now);
      IF v_fence = 0 AND v_gate->>'kind' = 'permits' THEN v_fence := nextval('celeriac_fence'); END IF;
      IF v_known[v_index] THEN
        DELETE FROM celeriac_gate_member WHERE gate = v_gate->>'id' AND member = v_member;
      END IF;
    END LOOP;
    RETURN jsonb_build_array(1, ceil(v_wait), v_fence, (true = ANY (v_probing))::integer, (true = ANY (v_crowded))::integer);
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
   WHERE gate = held AND member = holding->>'member';
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
    SELECT holding->>'member' AS member, gate
      FROM jsonb_array_elements(p_holdings) AS holding, jsonb_array_elements_text(holding->'gates') AS gate
  ), prolonged AS (
    UPDATE celeriac_permit AS permit SET lapses_at = v_now + p_lease
      FROM held WHERE permit.gate = held.gate AND permit.member = held.member AND lapses_at > v_now
    RETURNING permit.gate, permit.member
  ), probing AS (
    UPDATE celeriac_gate SET probe_until = v_now + p_lease
      FROM held WHERE id = held.gate AND probe = held.member
    RETURNING id AS gate, probe AS member
  ), lost AS (
    SELECT member, gate FROM held
    EXCEPT SELECT member, gate FROM prolonged
    EXCEPT SELECT member, gate FROM probing
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object('member', member, 'gates', gates)), '[]') INTO v_lost
    FROM (SELECT member, jsonb_agg(gate) AS gates FROM lost GROUP BY member) grouped;
  RETURN v_lost;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_leave_all(p_now float8, p_member text, p_ids jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_id text;
  v_spec jsonb;
BEGIN
  FOR v_id IN SELECT value FROM jsonb_array_elements_text(p_ids) ORDER BY value LOOP
    v_spec := celeriac_gate_stored(v_id);
    IF v_spec IS NOT NULL THEN PERFORM celeriac_gate_leave(v_spec, p_member, celeriac_clock(p_now)); END IF;
    DELETE FROM celeriac_gate_member WHERE gate = v_id AND member = p_member;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_call_in_due(p_now float8, p_keeper text, p_watch float8) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_now float8 := celeriac_clock(p_now);
  v_id text;
  v_spec jsonb;
  v_following float8;
  v_poll float8;
  v_until float8;
BEGIN
  FOR v_id IN SELECT id FROM celeriac_gate WHERE look_at <= v_now ORDER BY look_at LIMIT ${CALLED_AT_ONCE}
                 FOR UPDATE SKIP LOCKED LOOP
    v_spec := celeriac_gate_stored(v_id);
    IF v_spec IS NULL THEN UPDATE celeriac_gate SET look_at = NULL WHERE id = v_id;
    ELSE PERFORM celeriac_gate_call_in(v_spec, v_now); END IF;
  END LOOP;
  SELECT min(look_at) - v_now INTO v_following FROM celeriac_gate WHERE look_at IS NOT NULL;
  v_following := least(p_watch, greatest(0, coalesce(v_following, p_watch)));
  v_poll := v_following;
  INSERT INTO celeriac_gate_keeper AS one (keeper, until) VALUES (p_keeper, v_now + v_following + ${slack})
  ON CONFLICT (one) DO UPDATE SET keeper = EXCLUDED.keeper, until = EXCLUDED.until
    WHERE one.keeper = EXCLUDED.keeper OR one.until <= v_now;
  IF NOT FOUND THEN
    SELECT until INTO v_until FROM celeriac_gate_keeper;
    v_poll := least(p_watch, v_until - v_now);
  END IF;
  RETURN jsonb_build_object('mine', v_poll, 'next', v_following);
END $$;

CREATE OR REPLACE FUNCTION celeriac_gate_report(p_now float8, p_gate jsonb, p_member text, p_failed boolean)
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
  IF NOT p_failed THEN
    IF v_row.opens_at IS NULL THEN RETURN false; END IF;
    IF v_row.probe IS DISTINCT FROM p_member THEN RETURN true; END IF;
    UPDATE celeriac_gate SET opens_at = NULL, probe = NULL, probe_until = NULL WHERE id = v_id;
    IF v_row.spec IS NOT NULL THEN
      PERFORM celeriac_gate_call_in(celeriac_gate_current(v_row.spec), v_now);
    END IF;
    RETURN false;
  END IF;
  IF v_row.opens_at IS NULL THEN
    INSERT INTO celeriac_breaker_failure (gate, at) VALUES (v_id, v_now);
    DELETE FROM celeriac_breaker_failure WHERE gate = v_id AND at <= v_now - (v_gate->>'window')::float8;
    SELECT count(*) INTO v_failures FROM celeriac_breaker_failure WHERE gate = v_id;
    IF v_failures < (v_gate->>'failures')::integer THEN RETURN false; END IF;
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
