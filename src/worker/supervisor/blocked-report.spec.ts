import { describe, expect, it } from 'vitest';
import { readBlockedReport } from './blocked-report.js';

describe('the report of a blocked event loop', () => {
  it('tells which call blocked it, and how long', () => {
    const blocked = { task: 'images.render', id: 'default.a', seconds: 45 };
    expect(readBlockedReport(JSON.stringify({ blocked }))).toEqual(blocked);
  });

  it.each(['', 'text', 'null', '{}', '{"blocked":null}', '{"blocked":{"task":"a","id":"b"}}'])(
    '%j is none',
    (line) => expect(readBlockedReport(line)).toBeUndefined(),
  );
});
