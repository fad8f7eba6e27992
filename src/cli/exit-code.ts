/** Exit codes of the command line. docs/cli.md explains them. */
export const EXIT_CODE = {
  done: 0,
  failed: 1,
  usage: 2,
  /** A process had to be killed, or what it held could not be put back. */
  forced: 3,
} as const;
