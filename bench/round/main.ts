import { BacklogStation } from './backlog.js';
import { DrainStation } from './drain.js';
import { EnqueueStation } from './enqueue.js';
import { LatencyStation } from './latency.js';
import type { Order, Place, SideName } from './order.js';
import { SIDE } from './sides/index.js';
import type { Station } from './station.js';

/*
 * A process of its own for each side, so that neither runs on what the other left in the heap and in the compiler.
 * It says "ready", then answers each "perform" with what it measured, and ends at "finish".
 */

function openStation({ scenario, places }: Order): Promise<Station> {
  const sides = Object.entries(places) as [SideName, Place][];
  if (scenario.kind === 'latency') return LatencyStation.open(sides, scenario);
  const [side, place] = sides[0] ?? [];
  if (!side || !place || sides.length > 1)
    throw new Error('Only latency is measured with both sides in one process');
  switch (scenario.kind) {
    case 'enqueue':
      return EnqueueStation.open(SIDE[side], place, scenario);
    case 'backlog':
      return BacklogStation.open(SIDE[side], place, scenario, side === 'crowded');
    case 'drain':
    case 'overhead':
    case 'watching':
      return DrainStation.open(SIDE[side], place, scenario);
  }
}

const station = await openStation(JSON.parse(process.argv[2] ?? '') as Order);
process.on('message', (request: 'perform' | 'finish') => {
  if (request === 'perform') void station.perform().then((measured) => process.send?.(measured));
  else void station.finish().then(() => process.exit(0));
});
process.send?.('ready');
