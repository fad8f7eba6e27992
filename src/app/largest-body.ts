/** Bytes of a request. Room for a text and an HTML part of 2 MiB each, the most EmailModule takes, written as JSON. */
export const LARGEST_BODY = 6 * 1024 * 1024;
