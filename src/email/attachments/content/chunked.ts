/** The same bytes in pieces of one size; only the last may be shorter. Nothing comes of nothing. */
export async function* chunked(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (let bytes of content) {
    while (length + bytes.length >= size) {
      const fitting = size - length;
      yield Buffer.concat([...waiting, bytes.subarray(0, fitting)], size);
      bytes = bytes.subarray(fitting);
      waiting = [];
      length = 0;
    }
    if (bytes.length > 0) waiting.push(bytes);
    length += bytes.length;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
