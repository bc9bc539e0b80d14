/** How far a campaign has come. Amounts are base units. */

export interface Progress {
  /** Whole percent of the goal, rounded down: 100 only when the goal is reached, and more beyond it. */
  percent: bigint;
  /** What the bar shows, 0 to 100. */
  bar: number;
  reached: boolean;
  /** What is missing. */
  missing: bigint;
}

export function progressOf(raised: bigint, goal: bigint): Progress {
  const reached = raised >= goal;
  const percent = goal > 0n ? (raised * 100n) / goal : 100n;
  return {
    percent,
    bar: Number(percent < 100n ? percent : 100n),
    reached,
    missing: reached ? 0n : goal - raised,
  };
}
