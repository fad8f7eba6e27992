/**
 * The root of every error this package throws.
 *
 * A subclass is one thing a caller can handle. Its constructor builds the message from facts: what happened,
 * with which value, and what to do.
 *
 * @publicApi
 */
export abstract class CeleriacError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}
