/**
 * The page's line to a worker that has to be heard. Firefox now and then starts a worker that never runs:
 * one that says nothing is ended and another is told the same. Nothing is lost by that: whoever never spoke
 * has not begun, and what it might have done ends with it.
 */

/** The owner's side of a worker. */
export interface Spoken<To, From> {
  postMessage(message: To, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<From>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** Milliseconds of silence after which another is started, the first time and the second; then it is waited for. */
const PATIENCE = [4_000, 12_000];

export class Heard<To, From> {
  #worker: Spoken<To, From>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What it was told and may not have heard; null once it spoke. */
  #told: To[] | null = [];
  readonly #start: () => Spoken<To, From>;
  #says: (message: From) => void = () => undefined;
  #fails: (why: string) => void = () => undefined;

  /** `start` makes another one; it may throw, and then the one that is there is waited for. */
  constructor(worker: Spoken<To, From>, start: () => Spoken<To, From>) {
    this.#worker = worker;
    this.#start = start;
  }

  /** From now on what the worker says is passed on, and its silence counted. */
  hears(says: (message: From) => void, fails: (why: string) => void): void {
    this.#says = says;
    this.#fails = fails;
    this.#listens();
    this.#waits(0);
  }

  tell(message: To): void {
    this.#told?.push(message);
    this.#worker.postMessage(message);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#worker.terminate();
  }

  #listens(): void {
    this.#worker.onmessage = ({ data }) => {
      this.#told = null;
      clearTimeout(this.#timer);
      this.#says(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      this.#fails(event.message);
    };
  }

  #waits(replaced: number): void {
    const patience = PATIENCE[replaced];
    if (patience === undefined) return;
    this.#timer = setTimeout(() => this.#replaces(replaced + 1), patience);
  }

  #replaces(replaced: number): void {
    const told = this.#told ?? [];
    try {
      const next = this.#start();
      this.#worker.terminate();
      this.#worker = next;
    } catch {
      return;
    }
    this.#listens();
    for (const message of told) this.#worker.postMessage(message);
    this.#waits(replaced);
  }
}
