/** Which faults a run has and where: the same seed gives the same plan. */

/**
 * At a byte of a request's body: `drop` (RST to both), `cut up` (the server sees a clean end within the
 * body), `stall up` (nothing goes up any more), `slow`, `refused` (all connections end, new ones are refused
 * for a while). At the answer to that request: `lost answer` (the server did it, nobody hears of it),
 * `cut down` (an answer that ends within its head), `stall down`. At the next request that fits: `413` and
 * `502`, each with a page of HTML instead of the server's answer.
 */
export const KINDS = [
  'drop',
  'cut up',
  'stall up',
  'slow',
  'refused',
  'lost answer',
  'cut down',
  'stall down',
  '413',
  '502',
] as const;
/** `hold`: never planned by a seed. Everything that goes up waits at its byte until it is let through. */
export type Kind = (typeof KINDS)[number] | 'hold';

export interface Fault {
  readonly kind: Kind;
  /** Bytes of PATCH bodies that came before it, over all connections, repeated ones too. */
  readonly at: number;
  /** In [0, 1): decides how long, how slow, how much of an answer. */
  readonly roll: number;
}

export interface FaultWish {
  readonly count: number;
  /** All faults lie within the first nine tenths of so many bytes. */
  readonly bytes: number;
  readonly kinds?: readonly Kind[];
}

/** `DEWDROP_SEED` plays a run that failed again. */
export function seedOfRun(): number {
  const told = process.env['DEWDROP_SEED'];
  return told === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(told);
}

/** Every kind as often as every other, as far as the count goes; in the order of their bytes. */
export function plan({ count, bytes, kinds = KINDS }: FaultWish, random: () => number): Fault[] {
  const deck: Kind[] = [];
  while (deck.length < count) deck.push(...shuffled(kinds, random));
  const places = Array.from({ length: count }, () => Math.floor(random() * bytes * 0.9)).sort(
    (a, b) => a - b,
  );
  return places.map((at, n) => ({ kind: deck[n] ?? 'drop', at, roll: random() }));
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}

/** Mulberry32, Tommy Ettinger's generator in the public domain: 32 bits of state, enough for tests. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
