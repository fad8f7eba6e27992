import type { Pool } from 'pg';
import type {
  BreakerGate,
  BreakerState,
  GateAnswer,
  GateChange,
  GateRequest,
  Gates,
  Holding,
  NextLook,
} from '../../../tasks/gates.js';
import { GATE_TIMES } from '../../../tasks/gates.js';
import { decodeAnswers } from '../../gate-answers.js';
import * as sql from './gate-statements.js';

/** The gates as functions of the database, each of which is one transaction. */
export class PostgresGates implements Gates {
  /** @param clock takes the place of the server's, for tests */
  constructor(
    private readonly pool: () => Pool,
    private readonly clock?: () => number,
  ) {}

  async pass(requests: readonly GateRequest[]): Promise<GateAnswer[]> {
    return decodeAnswers(await this.ask(sql.PASS, JSON.stringify(requests)));
  }

  async release(holdings: readonly Holding[]): Promise<void> {
    await this.ask(sql.RELEASE, JSON.stringify(holdings));
  }

  renew(holdings: readonly Holding[], lease: number): Promise<Holding[]> {
    return this.ask(sql.RENEW, JSON.stringify(holdings), lease);
  }

  async leave(member: string, gates: readonly string[]): Promise<void> {
    await this.ask(sql.LEAVE, member, JSON.stringify(gates));
  }

  callIn(keeper: string): Promise<NextLook> {
    return this.ask(sql.CALL_IN, keeper, GATE_TIMES.watch);
  }

  report(gate: BreakerGate, member: string, failure: string | null): Promise<boolean> {
    return this.ask(sql.REPORT, JSON.stringify(gate), member, failure);
  }

  async breaker(gate: BreakerGate): Promise<BreakerState> {
    const state = await this.ask<BreakerState & { until: number | null }>(sql.BREAKER, JSON.stringify(gate));
    return { ...state, until: state.until ?? undefined };
  }

  async setBreaker(gate: BreakerGate, openFor: number): Promise<void> {
    await this.ask(sql.SET_BREAKER, JSON.stringify(gate), openFor);
  }

  async change(name: string, change: GateChange | null): Promise<void> {
    await this.ask(sql.CHANGE, name, change && JSON.stringify(change));
  }

  async changes(): Promise<ReadonlyMap<string, GateChange>> {
    const { rows } = await this.pool().query<{ name: string; change: GateChange }>(sql.CHANGES);
    return new Map(rows.map(({ name, change }) => [name, change]));
  }

  async waiting(gate: string): Promise<number> {
    const { rows } = await this.pool().query<{ count: number }>(sql.WAITING, [gate]);
    return rows[0]?.count ?? 0;
  }

  async prune(age: number): Promise<void> {
    await this.pool().query(sql.PRUNE_PERMITS);
    await this.pool().query(sql.PRUNE_SPENT);
    await this.pool().query(sql.PRUNE, [age]);
  }

  private async ask<T>(statement: string, ...args: unknown[]): Promise<T> {
    const { rows } = await this.pool().query<{ answer: T }>(statement, [this.clock?.() ?? null, ...args]);
    return (rows[0] as { answer: T }).answer;
  }
}
