import { writeFileSync } from 'node:fs';
import type { SinkOrders } from './sink-messages.js';
import { SinkServer } from './sink-server.js';

/** The process of the demo's SMTP server. It ends with the demo that started it. */
process.once('disconnect', () => process.exit());
// Ctrl-C reaches the whole terminal; the demo still needs its server then, and ends it.
process.on('SIGINT', () => {});

const orders = JSON.parse(process.argv[2] ?? '') as SinkOrders;
writeFileSync(orders.logFile, '');
await new SinkServer(orders, (report) => process.send?.(report)).start();
