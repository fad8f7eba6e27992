import {
  type BreakerGate,
  type BreakerState,
  type Gate,
  GATE_TIMES,
  type GateAnswer,
  type GateChange,
  type GateRequest,
  type Holding,
  type NextLook,
  VISITOR,
} from '../../src/tasks/gates.js';

/*
 * The gates as plain data: what both stores must do, step for step. It has no calls, so nobody but visitors is ever
 * called in.
 */

type AnyGate = Gate & Record<string, number>;

interface Place {
  tat: number;
  paced: number;
  lag: number;
  spec: AnyGate | undefined;
  lookAt: number | undefined;
  opensAt: number | undefined;
  probe: string | undefined;
  probeUntil: number;
  readonly failures: Map<string, { at: number; member: string }>;
  /** Retries to give back, by member. */
  readonly spent: Map<string, number>;
  readonly room: Map<string, number>;
  readonly called: Map<string, number>;
  readonly held: Map<string, { lapses: number; fence: number }>;
}

const { catchUp, horizon, late, mostLead, onItsWay } = GATE_TIMES;
const CALLED_AT_ONCE = 100;
const CALLED_KEPT = 60_000;

export class GateModel {
  now = 1_000_000;
  /** When each grant of a rate counts. */
  readonly grants = new Map<string, number[]>();
  private readonly places = new Map<string, Place>();
  private readonly changes = new Map<string, GateChange>();
  private fence = 0;
  private keeper: { readonly name: string; readonly until: number } | undefined;

  pass(requests: readonly GateRequest[]): GateAnswer[] {
    return requests.map((request) => this.passOne(request));
  }

  heldBy(id: string): string[] {
    return [...this.place(id).held].filter(([, { lapses }]) => lapses > this.now).map(([member]) => member);
  }

  release(holdings: readonly Holding[]): void {
    for (const { member, fence, gates } of holdings) {
      for (const id of gates) {
        const place = this.place(id);
        if (place.held.get(member)?.fence === fence) place.held.delete(member);
        if (place.probe === member) place.probe = undefined;
      }
    }
    for (const id of new Set(holdings.flatMap(({ gates }) => gates).toSorted())) this.callInStored(id);
  }

  renew(holdings: readonly Holding[], lease: number): Holding[] {
    return holdings.flatMap(({ member, fence, gates }) => {
      const gone = gates.filter((id) => {
        const place = this.place(id);
        const held = place.held.get(member);
        if (held?.fence === fence && held.lapses > this.now) held.lapses = this.now + lease;
        else if (place.probe === member) place.probeUntil = this.now + lease;
        else return true;
        return false;
      });
      return gone.length > 0 ? [{ member, fence, gates: gone }] : [];
    });
  }

  leave(member: string, gates: readonly string[]): void {
    for (const id of gates.toSorted()) {
      const { spec } = this.place(id);
      if (spec) this.leaveOne(this.current(spec), member);
      this.place(id).called.delete(member);
      this.place(id).room.delete(member);
    }
  }

  callIn(keeper: string): NextLook {
    const due = [...this.places]
      .filter(([, { lookAt }]) => lookAt !== undefined && lookAt <= this.now)
      .toSorted(([, a], [, b]) => (a.lookAt ?? 0) - (b.lookAt ?? 0));
    for (const [id] of due.slice(0, CALLED_AT_ONCE)) this.callInStored(id);
    const first = Math.min(...[...this.places.values()].map(({ lookAt }) => lookAt ?? Infinity));
    const next = Math.min(GATE_TIMES.watch, Math.max(0, first - this.now));
    if (this.keeper && this.keeper.name !== keeper && this.keeper.until > this.now)
      return { mine: Math.min(GATE_TIMES.watch, this.keeper.until - this.now), next };
    this.keeper = { name: keeper, until: this.now + next + GATE_TIMES.slack };
    return { mine: next, next };
  }

  report(given: BreakerGate, member: string, failure: string | null): boolean {
    const gate = this.current(given) as AnyGate & BreakerGate;
    const place = this.place(gate.id);
    if (failure === null) {
      if (place.opensAt === undefined) return false;
      if (place.probe !== member) return true;
      Object.assign(place, { opensAt: undefined, probe: undefined });
      this.callInStored(gate.id);
      return false;
    }
    if (place.opensAt === undefined) {
      if (!place.failures.has(failure)) place.failures.set(failure, { at: this.now, member });
      for (const [id, { at }] of place.failures) if (at <= this.now - gate.window) place.failures.delete(id);
      if (place.failures.size < gate.failures) return false;
      for (const [id, { member: who }] of place.failures)
        if (id !== failure && !who.startsWith(VISITOR)) place.spent.set(who, (place.spent.get(who) ?? 0) + 1);
    } else if (place.probe !== member) return true;
    place.failures.clear();
    Object.assign(place, { opensAt: this.now + gate.cooldown, probe: undefined });
    if (place.spec) this.lookLater(this.current(place.spec));
    return true;
  }

  breaker(given: BreakerGate): BreakerState {
    const gate = this.current(given) as AnyGate & BreakerGate;
    const { opensAt, failures, room } = this.place(gate.id);
    return {
      state: opensAt === undefined ? 'closed' : this.now < opensAt ? 'open' : 'half-open',
      failures: [...failures.values()].filter(({ at }) => at > this.now - gate.window).length,
      until: opensAt,
      waiting: room.size,
    };
  }

  setBreaker({ id }: BreakerGate, openFor: number): void {
    const place = this.place(id);
    const opensAt = openFor > 0 ? this.now + openFor : undefined;
    place.failures.clear();
    Object.assign(place, { opensAt, probe: undefined });
    this.callInStored(id);
  }

  change(name: string, change: GateChange | null): void {
    if (change) this.changes.set(name, change);
    else this.changes.delete(name);
    for (const place of this.places.values()) {
      if (place.lookAt === undefined || place.spec?.name !== name) continue;
      place.paced = 0;
      this.lookLater(this.current(place.spec));
    }
  }

  waiting(id: string): number {
    return this.place(id).room.size;
  }

  private passOne({ member, since: given, lease, gates: raw }: GateRequest): GateAnswer {
    const gates = raw.map(
      (gate) => ({ ...this.current(gate), waits: gate.waits }) as AnyGate & { waits: boolean },
    );
    let since = given;
    let kept: string | undefined;
    const crowded = gates.map(({ id }) => this.place(id).room.size > 0 || this.onTheirWay(id) > 0);
    for (const gate of gates) if (gate.kind === 'rate') this.arrived(gate.id, member);
    for (const gate of gates) since ??= this.place(gate.id).room.get(member) ?? null;
    if (member.startsWith(VISITOR)) {
      for (const gate of gates) {
        if (kept !== undefined || !this.place(gate.id).room.has(member)) continue;
        this.callInStored(gate.id);
        if (this.place(gate.id).room.has(member) && !this.delayedOnTheWay(gate.id)) kept = gate.id;
      }
    }
    let at = -1;
    let longest = 0;
    let wait = 0;
    const probing: boolean[] = [];
    for (const [index, gate] of gates.entries()) {
      const check = this.check(gate, member);
      let { delay } = check;
      if (delay === 0 && since === null && crowded[index] && !check.own) delay = 1;
      if (delay === 0 && kept === gate.id) delay = 1;
      if (delay > longest) {
        at = index;
        longest = delay;
      }
      wait = Math.max(wait, check.slot);
      probing.push(check.probing);
    }
    if (at < 0) {
      let fence = 0;
      let refunded = 0;
      for (const [index, gate] of gates.entries()) {
        if (gate.kind === 'permits' && fence === 0) fence = ++this.fence;
        this.take(gate, member, lease, fence, probing[index] ?? false);
        refunded += this.place(gate.id).spent.get(member) ?? 0;
        this.place(gate.id).spent.delete(member);
        this.place(gate.id).room.delete(member);
        this.place(gate.id).called.delete(member);
      }
      return {
        admitted: true,
        wait: Math.ceil(wait),
        fence,
        probe: probing.includes(true),
        crowded: crowded.includes(true),
        refunded,
        at: this.now,
      };
    }
    for (const [index, gate] of gates.entries()) if (index !== at) this.leaveOne(gate, member);
    since ??= this.now;
    const refusing = gates[at] as AnyGate & { waits: boolean };
    const ahead = refusing.waits ? this.enter(refusing, member, since) : 0;
    const delay = Math.ceil(Math.max(longest, this.turn(refusing, ahead)));
    return { admitted: false, gate: at, delay, ahead, since };
  }

  private check(gate: AnyGate, member: string) {
    const place = this.place(gate.id);
    const open = { delay: 0, slot: 0, own: false, probing: false };
    switch (gate.kind) {
      case 'rate': {
        const wait = Math.max(this.tat(gate), this.now - catchUp) - tolerance(gate) - this.now;
        return wait <= Math.min(horizon, step(gate))
          ? { ...open, slot: Math.max(wait, 0) }
          : { ...open, delay: wait };
      }
      case 'permits': {
        const own = this.heldBy(gate.id).includes(member);
        return { ...open, own, delay: own || this.heldBy(gate.id).length < gate.limit ? 0 : 1 };
      }
      case 'breaker': {
        if (place.opensAt === undefined) return open;
        if (this.now < place.opensAt) return { ...open, delay: place.opensAt - this.now };
        const taken = place.probe !== undefined && place.probe !== member && this.now < place.probeUntil;
        return { ...open, probing: true, delay: taken ? place.probeUntil - this.now : 0 };
      }
    }
  }

  private take(gate: AnyGate, member: string, lease: number, fence: number, probing: boolean): void {
    const place = this.place(gate.id);
    if (gate.kind === 'permits') place.held.set(member, { lapses: this.now + lease, fence });
    if (gate.kind === 'breaker' && probing)
      Object.assign(place, { probe: member, probeUntil: this.now + lease });
    if (gate.kind !== 'rate') return;
    const from = Math.max(this.tat(gate), this.now - catchUp);
    const grants = this.grants.get(gate.id) ?? [];
    this.grants.set(gate.id, [...grants, Math.max(this.now - catchUp, from - tolerance(gate))]);
    place.tat = from + step(gate);
  }

  private enter(gate: AnyGate, member: string, since: number): number {
    const place = this.place(gate.id);
    place.spec = gate;
    place.called.delete(member);
    place.room.set(member, since);
    if (place.lookAt === undefined) this.lookLater(gate);
    return this.inOrder(gate.id).indexOf(member);
  }

  private leaveOne(gate: AnyGate, member: string): void {
    const place = this.place(gate.id);
    place.room.delete(member);
    if (!place.called.delete(member) || gate.kind !== 'rate' || place.paced === 0) return;
    place.paced -= step(gate);
    this.lookLater(gate);
  }

  private callInStored(id: string): void {
    const { spec } = this.place(id);
    if (!spec) return;
    const gate = this.current(spec);
    const place = this.place(id);
    const free = Math.min(this.free(gate), CALLED_AT_ONCE);
    let count = 0;
    for (const member of this.inOrder(id)) {
      if (count >= free) break;
      place.room.delete(member);
      if (!member.startsWith(VISITOR)) continue;
      place.called.set(member, this.now);
      count++;
    }
    if (count > 0 && gate.kind === 'rate') place.paced = this.pace(gate) + count * step(gate);
    this.lookLater(gate);
  }

  private free(gate: AnyGate): number {
    const coming = this.onTheirWay(gate.id);
    const place = this.place(gate.id);
    switch (gate.kind) {
      case 'rate': {
        const due =
          Math.floor((this.now + this.lead(gate) + tolerance(gate) - this.pace(gate)) / step(gate) + 1e-6) +
          1;
        return Math.max(0, Math.min(due, mostOnTheirWay(gate) - coming));
      }
      case 'permits':
        return gate.limit - this.heldBy(gate.id).length - coming;
      case 'breaker':
        if (place.opensAt === undefined) return CALLED_AT_ONCE - coming;
        return this.now < place.opensAt || this.isProbed(place) ? 0 : 1 - coming;
    }
  }

  private look(gate: AnyGate): number {
    const coming = this.onTheirWay(gate.id);
    const place = this.place(gate.id);
    switch (gate.kind) {
      case 'rate':
        return Math.max(
          this.pace(gate) - tolerance(gate) - this.lead(gate),
          coming >= mostOnTheirWay(gate) ? this.now + catchUp : 0,
        );
      case 'permits': {
        const lapses = [...place.held.values()].map((held) => held.lapses).filter((at) => at > this.now);
        const first = lapses.length > 0 ? Math.min(...lapses) : this.now + onItsWay;
        return coming > 0 ? Math.min(first, this.now + onItsWay) : first;
      }
      case 'breaker':
        if (place.opensAt === undefined) return this.now + catchUp;
        if (this.now < place.opensAt) return place.opensAt;
        return this.isProbed(place) ? place.probeUntil : this.now + onItsWay;
    }
  }

  private lead(gate: AnyGate): number {
    return Math.max(0, Math.min(this.place(gate.id).lag - late, mostLead));
  }

  private arrived(id: string, member: string): void {
    const place = this.place(id);
    const called = place.called.get(member);
    if (called === undefined || !place.spec) return;
    place.lag += (Math.min(this.now - called, 2 * (late + mostLead)) - place.lag) / 5;
  }

  private turn(gate: AnyGate, ahead: number): number {
    if (gate.kind === 'rate') return this.pace(gate) - tolerance(gate) + ahead * step(gate) - this.now;
    return gate.kind === 'permits' ? 1 : Math.max(1, (this.place(gate.id).opensAt ?? this.now) - this.now);
  }

  private lookLater(gate: AnyGate): void {
    const place = this.place(gate.id);
    if (place.room.size > 0) place.lookAt = Math.max(this.now + 1, this.look(gate));
    else Object.assign(place, { lookAt: undefined, spec: undefined, paced: 0, lag: 0 });
  }

  private isProbed = ({ probe, probeUntil }: Place): boolean => probe !== undefined && this.now < probeUntil;

  private inOrder(id: string): string[] {
    const order = ([a, since]: [string, number], [b, other]: [string, number]) =>
      since - other || (a < b ? -1 : 1);
    return [...this.place(id).room].toSorted(order).map(([member]) => member);
  }

  private delayedOnTheWay(id: string): boolean {
    return [...this.place(id).called.values()].some(
      (at) => at >= this.now - CALLED_KEPT && at <= this.now - onItsWay,
    );
  }

  private onTheirWay(id: string): number {
    return [...this.place(id).called.values()].filter((at) => at > this.now - onItsWay).length;
  }

  private tat(gate: AnyGate): number {
    const place = this.place(gate.id);
    place.tat = Math.min(place.tat, this.now + horizon + (gate['burst'] ?? 1) * step(gate));
    return place.tat;
  }

  private pace(gate: AnyGate): number {
    const { paced } = this.place(gate.id);
    const most = this.now + horizon + ((gate['burst'] ?? 1) + 2 * mostOnTheirWay(gate)) * step(gate);
    return Math.max(this.tat(gate), paced <= most ? paced : 0, this.now - catchUp);
  }

  private current(gate: Gate): AnyGate {
    return { ...gate, ...this.changes.get(gate.name) } as AnyGate;
  }

  private place(id: string): Place {
    let place = this.places.get(id);
    if (!place) {
      place = {
        tat: 0,
        paced: 0,
        lag: 0,
        spec: undefined,
        lookAt: undefined,
        opensAt: undefined,
        probe: undefined,
        probeUntil: 0,
        failures: new Map(),
        spent: new Map(),
        room: new Map(),
        called: new Map(),
        held: new Map(),
      };
      this.places.set(id, place);
    }
    return place;
  }
}

const step = (gate: AnyGate): number => (gate['period'] ?? 1) / (gate['count'] ?? 1);
const tolerance = (gate: AnyGate): number => ((gate['burst'] ?? 1) - 1) * step(gate);
const mostOnTheirWay = (gate: AnyGate): number =>
  (gate['burst'] ?? 1) + Math.ceil((2 * catchUp) / step(gate));
