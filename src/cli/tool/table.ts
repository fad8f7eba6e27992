/** Less than this tells nothing; a narrower terminal wraps. */
const SHORTEST_LAST = 20;

/**
 * Rows in columns, the first row being their heads.
 *
 * @param width of the terminal; the last column is cut to it. Infinity: it is not cut
 */
export function table(rows: readonly (readonly string[])[], width: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => cut(row.map((cell, column) => padded(cell, column, widths)).join('  '), width, widths))
    .join('\n');
}

/** A time as people read it. */
export const toTheSecond = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

const padded = (cell: string, column: number, widths: readonly number[]): string =>
  column === widths.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);

function cut(line: string, width: number, widths: readonly number[]): string {
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const room = Math.max(width, others + SHORTEST_LAST);
  if (line.length <= room) return line;
  // Half a character would print as a mark of its own.
  return `${line.slice(0, room - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
