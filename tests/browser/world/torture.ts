/** How hard the repeated and random tests are: a little in `make test`, in earnest in `make torture`. */
export const TORTURE = Math.max(1, Number(process.env['DEWDROP_TORTURE'] ?? 1));
export const IN_EARNEST = TORTURE >= 20;

/** A film through a bad network: what is asked of `film()`, how many faults, within so many milliseconds. */
export const BAD_NETWORK = IN_EARNEST
  ? { count: 100, wanted: 300_000_000, within: 900_000 }
  : { count: 10, wanted: 30_000_000, within: 120_000 };
