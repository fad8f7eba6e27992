/** The DataSource whose transactions calls are made in. */
export const CALLS_DATA_SOURCE = Symbol('celeriac:calls-data-source');
