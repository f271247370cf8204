/**
 * Plaintext of a sealed file from anywhere in it, for a player: fetches only the chunks that are wanted and a
 * little of what follows, keeps a few MiB of them, and gives out no byte that was not opened at its place.
 * Once anything was wrong it gives out nothing any more.
 */
import type { Bytes } from '../../sealed/bytes.ts';
import { SealedError } from '../../sealed/errors.ts';
import { CHUNK } from '../../sealed/ranges.ts';
import { Control, type Nature } from '../control.ts';
import { SavingError } from '../desk.ts';
import {
  Fetching,
  type FetchingPorts,
  type OpenedFile,
  opened,
  openStretch,
  savingError,
} from './fetching.ts';
import type { CheckedFile } from './submissions.ts';

/** Plaintext bytes that are fetched and kept together. */
export const BLOCK = 4 * CHUNK;
/** Blocks of one request: 1 MiB. */
const MOST_AT_ONCE = 4;
/** Blocks that are kept: 16 MiB. */
const MOST_KEPT = 64;

export interface ReadingPorts extends FetchingPorts {
  readonly nature: Nature;
}

/** One request for blocks that lie behind one another; ended when nobody wants them any more. */
interface Run {
  readonly control: Control;
  readers: number;
}

interface Block {
  readonly bytes: Promise<Bytes>;
  readonly run: Run;
}

export class Reading {
  readonly size: number;
  readonly #source: OpenedFile;
  readonly #fetching: Fetching;
  readonly #nature: Nature;
  readonly #blocks = new Map<number, Block>();
  readonly #running = new Set<Run>();
  #ahead: Run | null = null;
  /** First byte behind what was read last: who goes on there is watching, who does not has jumped. */
  #next = -1;
  #refused: SavingError | null = null;

  private constructor(source: OpenedFile, fetching: Fetching, nature: Nature) {
    this.size = source.size;
    this.#source = source;
    this.#fetching = fetching;
    this.#nature = nature;
  }

  /** Throws SavingError. */
  static async opens(file: CheckedFile, ports: ReadingPorts): Promise<Reading> {
    const fetching = new Fetching(file, ports);
    try {
      const source = await opened(file, fetching, new Control(() => undefined, ports.nature));
      return new Reading(source, fetching, ports.nature);
    } catch (error) {
      throw savingError(error);
    }
  }

  /** Plaintext `from` to `to`, both included; 0 ≤ from ≤ to < size. Throws SavingError. */
  async read(from: number, to: number, signal: AbortSignal | null = null): Promise<Bytes> {
    if (from < 0 || to < from || to >= this.size) throw new RangeError('outside of the file');
    const goesOn = from === this.#next;
    if (!goesOn) this.#endAhead();
    this.#next = to + 1;
    const bytes = new Uint8Array(to - from + 1);
    const [first, last] = [Math.floor(from / BLOCK), Math.floor(to / BLOCK)];
    for (let n = first; n <= last; n++) {
      const block = await this.#wanted(n, last, signal);
      const start = n * BLOCK;
      const part = block.subarray(Math.max(from - start, 0), Math.min(to - start, BLOCK - 1) + 1);
      bytes.set(part, Math.max(start - from, 0));
    }
    if (goesOn) this.#readAhead(last + 1);
    return bytes;
  }

  /** Nothing is wanted any more, and nothing is given out. */
  close(): void {
    this.#refused ??= new SavingError('cancelled');
    for (const run of this.#running) this.#end(run);
    this.#blocks.clear();
  }

  async #wanted(n: number, last: number, signal: AbortSignal | null): Promise<Bytes> {
    this.#check(signal);
    const block = this.#blocks.get(n) ?? this.#fetch(n, last);
    // The one that was used last is the last to go.
    this.#blocks.delete(n);
    this.#blocks.set(n, block);
    const { run } = block;
    run.readers += 1;
    try {
      const bytes = await (signal === null ? block.bytes : unlessAborted(block.bytes, signal));
      this.#check(signal);
      return bytes;
    } finally {
      run.readers -= 1;
      if (run.readers === 0 && signal?.aborted === true && run !== this.#ahead) this.#end(run);
    }
  }

  #check(signal: AbortSignal | null): void {
    if (this.#refused !== null) throw this.#refused;
    if (signal?.aborted === true) throw new SavingError('cancelled');
  }

  /** Asks for `n` and for what follows it up to `last`, as far as it is not here. */
  #fetch(n: number, last: number): Block {
    let end = n;
    while (end < last && end - n + 1 < MOST_AT_ONCE && !this.#blocks.has(end + 1)) end += 1;
    const run: Run = { control: new Control(() => undefined, this.#nature), readers: 0 };
    this.#running.add(run);
    const stretch = [n * BLOCK, Math.min((end + 1) * BLOCK, this.size) - 1] as const;
    const all = openStretch(this.#source, this.#fetching, run.control, stretch).catch((error: unknown) => {
      this.#drop(run);
      const why = savingError(error);
      if (error instanceof SealedError || why.reason === 'erased') this.#refuse(why);
      throw why;
    });
    const done = (): void => void this.#running.delete(run);
    all.then(done, done);
    for (let i = n; i <= end; i++) {
      const bytes = all.then((whole) => whole.slice((i - n) * BLOCK, (i - n + 1) * BLOCK));
      bytes.catch(() => undefined);
      this.#blocks.set(i, { bytes, run });
    }
    this.#forget();
    const block = this.#blocks.get(n);
    if (block === undefined) throw new RangeError('forgotten at once');
    return block;
  }

  #readAhead(n: number): void {
    const last = Math.min(n + MOST_AT_ONCE, Math.ceil(this.size / BLOCK)) - 1;
    let first = n;
    while (this.#blocks.has(first)) first += 1;
    if (first > last) return;
    this.#ahead = this.#fetch(first, last).run;
  }

  #endAhead(): void {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.readers === 0) this.#end(ahead);
  }

  /** What was asked for and has not come is not waited for; whoever wants it after all asks anew. */
  #end(run: Run): void {
    if (!this.#running.has(run)) return;
    run.control.cancel();
    this.#drop(run);
  }

  #drop(run: Run): void {
    for (const [n, block] of this.#blocks) if (block.run === run) this.#blocks.delete(n);
  }

  #forget(): void {
    for (const [n, { run }] of this.#blocks) {
      if (this.#blocks.size <= MOST_KEPT) return;
      if (!this.#running.has(run)) this.#blocks.delete(n);
    }
  }

  #refuse(why: SavingError): void {
    this.#refused ??= why;
    this.#blocks.clear();
  }
}

async function unlessAborted(bytes: Promise<Bytes>, signal: AbortSignal): Promise<Bytes> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => (stop = () => reject(new SavingError('cancelled'))));
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([bytes, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
