import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

// What Sentry would receive, told to the test. A process of its own: the SDK traces servers in the process it is in.
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const bytes = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    process.send?.({ body: body.toString('utf8') });
    // One that takes what it is sent, and never says so.
    if (process.argv[2] === 'mute') return;
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
process.on('disconnect', () => process.exit());
