import type { Broker } from './broker-port.js';
import { formatDuration } from './duration.js';
import { BrokerUnavailableError } from './errors/broker.errors.js';
import { untilAnswered } from './until-answered.js';

/**
 * Repeats an idempotent operation of a broker until it answers.
 *
 * @param what the broker is asked for, for the message
 * @param timeout in ms
 * @throws {@link BrokerUnavailableError} when the time is up
 */
export function insist<T>(
  { description }: Pick<Broker, 'description'>,
  what: string,
  timeout: number,
  operation: () => Promise<T>,
): Promise<T> {
  const late = (cause: unknown) =>
    new BrokerUnavailableError(description, what, formatDuration(Math.ceil(timeout)), cause);
  return untilAnswered(operation, timeout, late);
}
