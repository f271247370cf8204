/**
 * Pausing, cancelling and waiting of one transfer. A request runs under `run`, which ends it when the
 * person pauses or cancels; between attempts `wait` grows with each failure and ends early when something
 * says that the network is back.
 */
import type { WaitingFor } from './sending.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** An answer may ask for more than its server meant, or than a timer holds: one that is too long fires at once. */
const LONGEST_ASKED = 300_000;

/** The request was ended because the person paused or changed something: look again, after `passing`. */
export class Interrupted extends Error {}
/** The person cancelled. */
export class Cancelled extends Error {}

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** `waiting` is why, while it waits. */
export interface Held {
  readonly paused: boolean;
  readonly waiting: WaitingFor | null;
}

/** Where a control takes time and chance from. */
export interface Nature {
  readonly sleep: Sleep;
  /** From 0 to 1. */
  readonly random: () => number;
}

export class Control {
  #failures = 0;
  #resumed: { promise: Promise<void>; resolve: () => void } | null = null;
  #running = new AbortController();
  #waiting = new AbortController();
  readonly #ended = new AbortController();
  readonly #nature: Nature;
  readonly #changed: (now: Held) => void;

  constructor(changed: (now: Held) => void, nature: Nature = { sleep: sleeping, random: Math.random }) {
    this.#changed = changed;
    this.#nature = nature;
  }

  pause(): void {
    if (this.#resumed !== null || this.ended.aborted) return;
    let resolve = (): void => undefined;
    const promise = new Promise<void>((settled) => (resolve = settled));
    this.#resumed = { promise, resolve };
    this.#changed({ paused: true, waiting: null });
    this.#running.abort();
    this.#waiting.abort();
  }

  resume(): void {
    const resumed = this.#resumed;
    if (resumed === null) return;
    this.#resumed = null;
    this.#failures = 0;
    this.#changed({ paused: false, waiting: null });
    resumed.resolve();
  }

  /** The network or the page came back: a wait ends now. */
  wake(): void {
    this.#failures = Math.min(this.#failures, 1);
    this.#waiting.abort();
  }

  /** Something else is to be done first: a request or a wait ends now. */
  interrupt(): void {
    this.#running.abort();
    this.#waiting.abort();
  }

  /** Aborted when the person cancels: for whoever waits for something else than a request. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  cancel(): void {
    this.#ended.abort();
    this.#running.abort();
    this.#waiting.abort();
    this.resume();
  }

  /** Resolves when nothing is paused. Throws Cancelled. */
  async passing(): Promise<void> {
    while (this.#resumed !== null) await this.#resumed.promise;
    if (this.ended.aborted) throw new Cancelled();
  }

  /** Throws Interrupted or Cancelled when the signal ended it, else what `attempt` throws. */
  async run<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.passing();
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      return await attempt(signal);
    } catch (error) {
      if (this.ended.aborted) throw new Cancelled();
      if (signal.aborted) throw new Interrupted();
      throw error;
    }
  }

  /** Waits longer after each failure in a row, at least `seconds`, up to five minutes. */
  async wait(seconds: number | null, why: WaitingFor): Promise<void> {
    const step = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    const milliseconds = Math.max(
      step * (0.5 + this.#nature.random() / 2),
      Math.min((seconds ?? 0) * 1000, LONGEST_ASKED),
    );
    this.#waiting = new AbortController();
    this.#changed({ paused: this.#resumed !== null, waiting: why });
    await this.#nature.sleep(milliseconds, this.#waiting.signal);
    this.#changed({ paused: this.#resumed !== null, waiting: null });
  }

  succeeded(): void {
    this.#failures = 0;
  }
}

export function sleeping(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
