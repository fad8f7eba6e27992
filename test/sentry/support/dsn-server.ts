import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** As far as the tests look into them. */
export interface SentEvent {
  readonly message?: string;
  readonly level: string;
  readonly fingerprint: string[];
  readonly tags: Record<string, unknown>;
  readonly contexts: Record<string, Record<string, unknown>> & {
    trace: { trace_id: string; span_id: string };
  };
  readonly exception?: {
    values: {
      type: string;
      value: string;
      stacktrace?: { frames: { function?: string; filename?: string }[] };
      mechanism?: { type: string; handled: boolean };
    }[];
  };
}

export interface SentSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly name: string;
  readonly status: string;
  readonly attributes: Record<string, { value: unknown }>;
  readonly links?: { trace_id: string; span_id: string; attributes: Record<string, { value: unknown }> }[];
}

interface Item {
  readonly type: string;
  readonly payload: unknown;
}

/** Stands where Sentry would, and keeps what is sent. */
export class DsnServer {
  private readonly bodies: string[] = [];

  private constructor(
    private readonly process: ChildProcess,
    readonly dsn: string,
  ) {
    process.on('message', ({ body }: { body?: string }) => body !== undefined && this.bodies.push(body));
  }

  static async start(how: 'answering' | 'mute' = 'answering'): Promise<DsnServer> {
    const child = fork(new URL('./dsn-process.js', import.meta.url), [how]);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new DsnServer(child, `http://0123abcd@127.0.0.1:${port}/1`);
  }

  /** Everything, as it was sent. */
  get sent(): string {
    return this.bodies.join('\n');
  }

  get events(): SentEvent[] {
    return this.items('event') as SentEvent[];
  }

  get spans(): SentSpan[] {
    return (this.items('span') as { items: SentSpan[] }[]).flatMap(({ items }) => items);
  }

  get checkIns(): Record<string, unknown>[] {
    return this.items('check_in') as Record<string, unknown>[];
  }

  clear(): void {
    this.bodies.length = 0;
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }

  private items(type: string): unknown[] {
    return this.bodies.flatMap(parse).flatMap((item) => (item.type === type ? [item.payload] : []));
  }
}

/** An envelope: a line of headers, then two lines an item. */
function parse(body: string): Item[] {
  const lines = body.split('\n').slice(1);
  const items: Item[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at] ?? '{}') as { type: string };
    items.push({ type, payload: JSON.parse(lines[at + 1] ?? 'null') });
  }
  return items;
}
