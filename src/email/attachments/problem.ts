/** Why a value cannot be sent, and what to do. */
export interface Problem {
  readonly problem: string;
  readonly fix: string;
}
