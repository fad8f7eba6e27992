/**
 * Bytes of a request. Room for a text and an HTML part of 2 MiB each, the most EmailModule takes, written as JSON. Larger
 * attachments come by POST /attachments, which has no parser and no such limit.
 */
export const LARGEST_BODY = 6 * 1024 * 1024;
