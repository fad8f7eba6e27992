import { bareQueue, bareWorker } from './bare-connection.js';
import { BarePool } from './bare-pool.js';
import { CHUNK, type Side } from './side.js';

const NAME = 'noop';

/** BullMQ as its documentation shows it: `queue.add`, and a processor. Finished jobs stay, as they do in Celeriac. */
export const bare: Side = {
  async caller(place) {
    const queue = bareQueue(place);
    await queue.waitUntilReady();
    return {
      call: (number) => queue.add(NAME, { call: number }),
      async callMany(numbers) {
        for (let from = 0; from < numbers.length; from += CHUNK) {
          const chunk = numbers.slice(from, from + CHUNK);
          await queue.addBulk(chunk.map((number) => ({ name: NAME, data: { call: number } })));
        }
      },
      close: () => queue.close(),
    };
  },

  async worker(place, task, concurrency, ledger) {
    const plain = async ({ data }: { data: { call: number } }) => ledger.ran(data.call);
    const identified = async ({ data, id }: { data: { call: number }; id?: string }) =>
      ledger.ran(data.call, id);
    const worker = bareWorker(place, concurrency, task === 'plain' ? plain : identified);
    await worker.waitUntilReady();
    return { close: () => worker.close() };
  },

  async preforkWorker(place, children, ledger) {
    const pool = new BarePool(children);
    const worker = bareWorker(place, children, async ({ data }) => {
      await pool.run(data.call);
      ledger.ran(data.call);
    });
    await worker.waitUntilReady();
    return {
      async close() {
        await worker.close();
        pool.close();
      },
    };
  },
};
