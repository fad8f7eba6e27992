/*
 * What is kept of the gates. Times are the server's, in ms since 1970. The row of a gate is its lock: who changes
 * anything of a gate holds it. Before a table has statistics, Postgres thinks that a room is small: so that no plan goes
 * through a whole one, the key of the members begins with the member, and who looks for one member does not say whether
 * it has been called in, for that would fit the other indexes.
 */
export const CREATE_GATE_TABLES = `
  CREATE TABLE IF NOT EXISTS celeriac_gate (
    id          text PRIMARY KEY,
    tat         float8 NOT NULL DEFAULT 0,
    paced       float8 NOT NULL DEFAULT 0,
    lag         float8 NOT NULL DEFAULT 0,
    spec        jsonb,
    look_at     float8,
    opens_at    float8,
    probe       text,
    probe_until float8,
    used_at     float8 NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  CREATE INDEX IF NOT EXISTS celeriac_gate_look_idx ON celeriac_gate (look_at) WHERE look_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS celeriac_gate_member (
    gate      text   NOT NULL,
    member    text   NOT NULL,
    since     float8 NOT NULL,
    place     bigint NOT NULL,
    called_at float8,
    PRIMARY KEY (member, gate)
  );
  CREATE INDEX IF NOT EXISTS celeriac_gate_room_idx
    ON celeriac_gate_member (gate, since, member) WHERE called_at IS NULL;
  CREATE INDEX IF NOT EXISTS celeriac_gate_called_idx
    ON celeriac_gate_member (gate, called_at) WHERE called_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS celeriac_permit (
    gate       text   NOT NULL,
    member     text   NOT NULL,
    lapses_at  float8 NOT NULL,
    fence      bigint NOT NULL,
    PRIMARY KEY (gate, member)
  );
  CREATE TABLE IF NOT EXISTS celeriac_breaker_failure (
    gate   text   NOT NULL,
    id     text   NOT NULL,
    member text   NOT NULL,
    at     float8 NOT NULL,
    PRIMARY KEY (gate, id)
  );
  CREATE TABLE IF NOT EXISTS celeriac_breaker_spent (
    gate    text    NOT NULL,
    member  text    NOT NULL,
    retries integer NOT NULL,
    at      float8  NOT NULL,
    PRIMARY KEY (gate, member)
  );
  CREATE TABLE IF NOT EXISTS celeriac_limit_change (
    name   text PRIMARY KEY,
    change jsonb NOT NULL
  );
  CREATE TABLE IF NOT EXISTS celeriac_gate_keeper (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    keeper text   NOT NULL,
    until  float8 NOT NULL
  );
  CREATE SEQUENCE IF NOT EXISTS celeriac_fence`;
