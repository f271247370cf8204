/** How fast a film runs: whole speed first, then the steps a trainer reaches for, and anything between. */

export const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2] as const;
export const SLOWEST = 0.1;
export const FASTEST = 2;
export const FINE = 0.05;

/** A speed that engines take, without the dust of sums. */
export function speedOf(wish: number): number {
  return Math.round(Math.max(SLOWEST, Math.min(FASTEST, wish)) * 100) / 100;
}

/** The next of the steps up or down from wherever it stands. */
export function stepped(speed: number, up: boolean): number {
  const next = up
    ? SPEEDS.find((one) => one > speed + FINE / 2)
    : SPEEDS.findLast((one) => one < speed - FINE / 2);
  return next ?? speedOf(speed);
}
