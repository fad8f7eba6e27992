/** An SMTP reply that refuses. */
export type Refusal = Error & { responseCode: number };

/** What the sink makes of recipients and messages; their addresses say what they are meant for. */
export class SinkPolicy {
  private readonly putOff = new Set<string>();
  private messages = 0;

  constructor(private readonly sabotage: boolean) {}

  refusalOf(address: string): Refusal | undefined {
    if (address.startsWith('refused-')) return reply(550, '5.1.1 No such user here');
    if (!address.startsWith('flaky-') || this.putOff.has(address)) return undefined;
    this.putOff.add(address);
    return reply(451, '4.7.1 Come back in 2 seconds');
  }

  /** How often the next accepted message goes into the log: once, unless this server is told to be a bad one. */
  copiesOfNext(): number {
    this.messages++;
    if (!this.sabotage) return 1;
    return this.messages === 20 ? 0 : this.messages === 40 ? 2 : 1;
  }
}

function reply(responseCode: number, text: string): Refusal {
  return Object.assign(new Error(text), { responseCode });
}
