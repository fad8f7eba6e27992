import type { Death } from './mortal-workers.js';
import { SENDER_POINTS, type SenderPoint, WORKER_POINTS, type WorkerPoint } from './points.js';
import type { Fate, LastWords } from './post-office.js';

/** Kills by the point at which they hit. */
export function deathsByPoint(deaths: readonly Death[]): Map<WorkerPoint, number> {
  const struck = new Map<WorkerPoint, number>();
  for (const death of deaths) if (death.struck) struck.set(death.point, (struck.get(death.point) ?? 0) + 1);
  return struck;
}

/** One page: how often each point was hit, and what became of the messages that it was. */
export function table(
  kind: string,
  serverIsOurs: boolean,
  senders: readonly SenderPoint[],
  deaths: readonly Death[],
  fates: readonly Fate[],
  lastWords: readonly LastWords[],
): string {
  const byRecipient = new Map(fates.flatMap((fate) => fate.recipients.map((to) => [to, fate] as const)));
  const byId = new Map(fates.map((fate) => [fate.id, fate]));
  const row = (point: string, kills: number, hit: readonly (Fate | undefined)[]) => {
    const known = hit.filter((fate) => fate !== undefined);
    const count = (fits: (fate: Fate) => boolean) => String(known.filter(fits).length).padStart(8);
    return (
      point.padEnd(15) +
      String(kills).padStart(6) +
      count(({ status }) => status === 'sent') +
      count(({ status, copies }) => status === 'unknown' && copies.length > 0) +
      count(({ status, copies }) => status === 'unknown' && copies.length === 0) +
      count(({ copies }) => copies.length > 1) +
      count(({ status, copies }) => status === 'sent' && copies.length === 0)
    );
  };
  const struck = deathsByPoint(deaths);
  const rows = WORKER_POINTS.map((point) => {
    const told = lastWords.filter((words) => words.point === point).map(({ id }) => byId.get(id));
    const seen = deaths
      .filter((death) => death.point === point && death.strike?.recipient !== undefined)
      .map(({ strike }) => byRecipient.get(strike?.recipient ?? ''));
    return row(point, struck.get(point) ?? 0, [...told, ...seen]);
  });
  const sum = (fits: (fate: Fate) => boolean) => fates.filter(fits).length;
  const total = [...struck.values()].reduce((a, b) => a + b, 0) + senders.length;
  return [
    '',
    `Kills, with tasks on ${kind}; the SMTP server is ${serverIsOurs ? 'ours, for want of another' : 'Postfix smtp-sink'}`,
    'of the messages that were hit:            unknown, unknown,   two',
    'point           kills    sent arrived    not   copies    lost',
    ...SENDER_POINTS.map(
      (point) => `${point.padEnd(15)}${String(senders.filter((at) => at === point).length).padStart(6)}`,
    ),
    ...rows,
    `${total} kills, ${fates.length} messages: ${sum(({ status }) => status === 'sent')} sent, ` +
      `${sum(({ status, copies }) => status === 'unknown' && copies.length > 0)} unknown and arrived, ` +
      `${sum(({ status, copies }) => status === 'unknown' && copies.length === 0)} unknown and not; ` +
      `lost ${sum(({ status, copies }) => status === 'sent' && copies.length === 0)}, ` +
      `two copies: held ${sum(({ messageClass, copies }) => messageClass === 'held' && copies.length > 1)}, ` +
      `to be sent again ${sum(({ messageClass, copies }) => messageClass === 'urgent' && copies.length > 1)}`,
  ].join('\n');
}
