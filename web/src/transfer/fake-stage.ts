/** A stage in memory for tests: with a quota, handles that can be lost, and power that can be cut. */
import { type Bytes, concat } from '../sealed/bytes.ts';
import type { Stage, StagedFile } from './stage.ts';

interface Kept {
  bytes: Bytes;
  /** As much of it as a power cut leaves. */
  flushed: number;
}

export class MemoryStage implements Stage {
  files = new Map<number, Kept>();
  /** Bytes that may be kept in all. */
  quota = Infinity;
  /** What `room` says beside, as browsers guess. */
  said: number | null = null;
  /** Reads and writes of what is open now fail from here on. */
  lost = false;
  readonly #open = new Set<number>();
  #lives = 0;

  get used(): number {
    return [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  room = () => Promise.resolve(this.said ?? this.quota - this.used);

  create = (n: number): Promise<StagedFile> => {
    this.files.set(n, { bytes: new Uint8Array(0), flushed: 0 });
    return Promise.resolve(this.#handle(n));
  };

  open = (n: number): Promise<StagedFile | null> =>
    Promise.resolve(this.files.has(n) ? this.#handle(n) : null);

  erase = (n: number): Promise<void> => {
    if (this.#open.has(n)) return Promise.reject(new Error('it is open'));
    this.files.delete(n);
    return Promise.resolve();
  };

  eraseAll = (): Promise<void> => {
    if (this.#open.size > 0) return Promise.reject(new Error('some are open'));
    this.files.clear();
    return Promise.resolve();
  };

  /** The tab is gone, and with it its handles; with the power also what was not flushed. */
  killed(power: boolean): void {
    this.#open.clear();
    this.#lives += 1;
    this.lost = false;
    if (!power) return;
    for (const kept of this.files.values()) kept.bytes = kept.bytes.slice(0, kept.flushed);
  }

  #handle(n: number): StagedFile {
    if (this.#open.has(n)) throw new Error('a handle is exclusive');
    this.#open.add(n);
    const kept = this.files.get(n) ?? { bytes: new Uint8Array(0), flushed: 0 };
    const life = this.#lives;
    const use = <T>(work: () => T): T => {
      if (this.lost || life !== this.#lives) throw new Error('the handle was lost');
      return work();
    };
    return {
      get length() {
        return kept.bytes.length;
      },
      write: (bytes, at) =>
        use(() => {
          const more = Math.max(0, at + bytes.length - kept.bytes.length);
          if (this.used + more > this.quota) throw new DOMException('full', 'QuotaExceededError');
          if (more > 0) kept.bytes = concat(kept.bytes, new Uint8Array(more));
          kept.bytes.set(bytes, at);
        }),
      read: (into, at) =>
        use(() => {
          if (at + into.length > kept.bytes.length) throw new Error('short');
          into.set(kept.bytes.subarray(at, at + into.length));
        }),
      flush: () => Promise.resolve().then(() => use(() => void (kept.flushed = kept.bytes.length))),
      close: () => void (life === this.#lives && this.#open.delete(n)),
    };
  }
}
