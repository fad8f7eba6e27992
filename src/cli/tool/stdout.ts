/** Writes to stdout. Done when it has been written: a pipe takes 64 KiB at once, and an exit would drop the rest. */
export type Print = (text: string) => Promise<void>;

/** From now on stdout belongs to the command. What the application prints there goes to stderr. */
export function takeStdout(): Print {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return (text) => new Promise((resolve) => void write(`${text}\n`, () => resolve()));
}
