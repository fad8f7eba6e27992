import { type Measure, Meter } from './measure.js';

/** What was read is not what was stored; the message says how. */
export class AlteredContent extends Error {}

/**
 * The bytes as they come, and an error instead of an end if they are not those that were measured.
 *
 * @throws {@link AlteredContent}
 */
export async function* verified(
  content: AsyncIterable<Uint8Array>,
  { hash, size }: Measure,
): AsyncGenerator<Uint8Array> {
  const meter = new Meter();
  for await (const bytes of content) {
    if (meter.add(bytes) > size)
      throw new AlteredContent(`is longer than the ${size} bytes that were stored`);
    yield bytes;
  }
  if (meter.size < size) throw new AlteredContent(`has ${meter.size} bytes of the ${size} that were stored`);
  if (meter.read().hash !== hash) throw new AlteredContent('has other bytes than those that were stored');
}
