import { GATE_TIMES } from '../../../../tasks/gates.js';
import { CALLED_AT_ONCE, CALLED_KEPT, COUNTED } from './bounds.js';

const { catchUp, slack } = GATE_TIMES;

/** Who waits at a gate, and who is called in. */
export const ROOMS = `
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
    UPDATE celeriac_gate SET look_at = NULL, spec = NULL, paced = 0, lag = 0 WHERE id = p_gate->>'id';
  END IF;
END $$;

-- Whether one who waits comes when it is called in. A call that was refused a moment ago is still with its worker.
CREATE OR REPLACE FUNCTION celeriac_gate_summon(p_member text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_state text;
BEGIN
  IF left(p_member, 1) = '~' THEN RETURN 'called'; END IF;
  SELECT state::text INTO v_state FROM job
   WHERE queue = split_part(p_member, '.', 1) AND id = p_member FOR UPDATE SKIP LOCKED;
  IF FOUND THEN RETURN CASE v_state WHEN 'delayed' THEN 'called' WHEN 'active' THEN 'underway' ELSE 'gone' END; END IF;
  RETURN CASE WHEN EXISTS (SELECT FROM job WHERE queue = split_part(p_member, '.', 1) AND id = p_member)
              THEN 'underway' ELSE 'gone' END;
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
`;
