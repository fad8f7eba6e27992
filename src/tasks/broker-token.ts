/** Injection token of the {@link Broker}. */
export const BROKER = Symbol('celeriac:broker');
