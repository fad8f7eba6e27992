import type { GateAnswer } from '../tasks/gates.js';

type Encoded =
  | readonly [
      admitted: 1,
      wait: number,
      fence: number,
      probe: 0 | 1,
      crowded: 0 | 1,
      refunded: number,
      at: number,
    ]
  | readonly [admitted: 0, gate: number, delay: number, ahead: number, since: number];

/** What both stores answer with, for they answer often. */
export function decodeAnswers(answers: string | readonly Encoded[]): GateAnswer[] {
  const list = typeof answers === 'string' ? (JSON.parse(answers) as Encoded[]) : answers;
  return list.map((answer) => {
    if (answer[0] === 1) {
      const [, wait, fence, probe, crowded, refunded, at] = answer;
      return { admitted: true, wait, fence, probe: probe === 1, crowded: crowded === 1, refunded, at };
    }
    const [, gate, delay, ahead, since] = answer;
    return { admitted: false, gate, delay, ahead, since };
  });
}
