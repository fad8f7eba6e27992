import { printableLine } from '../../tasks/encoder/printable.js';

const LONGEST = 2_000;

/** Asks a probe. Whatever comes of it is an answer. */
export async function ask(url: string, timeout: number): Promise<{ well: boolean; said: string }> {
  const token = process.env['CELERIAC_TOKEN'];
  try {
    const response = await fetch(url, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(timeout),
    });
    const body = printableLine((await response.text()).slice(0, LONGEST).trim());
    return { well: response.ok, said: `${response.status} ${body}` };
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return { well: false, said: `${url} does not answer: ${printableLine(why)}` };
  }
}
