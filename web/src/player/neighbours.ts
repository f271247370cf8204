/**
 * The picture before and after the one that stands, in a film that does not tell when its pictures come:
 * found by jumping and looking which one then stands. Seconds.
 */

/** Jumps there and says when the picture began that now stands. */
export type Probe = (seconds: number) => Promise<number>;

/** Less than any picture stays, more than engines round. */
const NUDGE = 0.002;
/** Two pictures that are nearer to each other than this are one. */
const SAME = 0.001;
const MOST_PROBES = 60;
/** Two pictures stand at least so far apart: 80 a second. */
const LEAST_GAP = 0.0125;

/** Jumps to just before the one that stands. */
export async function before(stands: number, probe: Probe): Promise<number> {
  return stands <= NUDGE ? stands : probe(stands - NUDGE);
}

/** `gap`: how far apart two pictures were before; only a first guess. `end`: how long the film is. */
export async function after(stands: number, gap: number, end: number, probe: Probe): Promise<number> {
  let probes = 0;
  let ahead = stands + gap * 1.25;
  let found = stands;
  while (found <= stands + SAME) {
    if (probes++ > MOST_PROBES || stands + SAME >= end - NUDGE) return stands;
    const to = Math.min(ahead, end - NUDGE);
    found = await probe(to);
    if (found <= stands + SAME && to >= end - NUDGE) return stands;
    ahead += gap;
  }
  // Another may stand between: looked for as long as there is room for it.
  let low = stands;
  let last = found;
  while (found - low > LEAST_GAP && probes++ < MOST_PROBES) {
    const middle = (low + found) / 2;
    last = await probe(middle);
    if (last > stands + SAME) found = last;
    else low = middle;
  }
  return Math.abs(last - found) > SAME ? probe(found + NUDGE) : found;
}
