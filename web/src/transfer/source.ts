/**
 * The plaintext of a picked file, read stretch by stretch, with patches put over it on the way.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { release } from '../sealed/release.ts';
import { type PickedFile, SendingError } from './sending.ts';
import { STREAMS, Stretches } from './stretches.ts';

/** Bytes put over a stretch of the picked file while it is read; the size never changes. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export class Source {
  /** P. */
  readonly size: number;
  readonly #file: File;
  readonly #patches: readonly Patch[];
  readonly #index: number;
  readonly #modified: number;
  readonly #stretches: Stretches | null;
  #last: Promise<void> = Promise.resolve();

  /** `index` is what errors name the file by. Patches are sorted and do not overlap. */
  constructor({ file, patches = [] }: PickedFile, index: number, streams = STREAMS) {
    let end = 0;
    for (const { at, bytes } of patches) {
      if (at < end || at + bytes.length > file.size) throw new RangeError('patches outside of their file');
      end = at + bytes.length;
    }
    this.#file = file;
    this.#patches = patches;
    this.#index = index;
    this.#modified = file.lastModified;
    this.size = file.size;
    this.#stretches = streams ? new Stretches(file) : null;
  }

  /** Throws SendingError `file-unreadable` or `file-changed`. One after the other, in the order of the calls. */
  read(from: number, to: number): Promise<Bytes> {
    const read = this.#last.then(() => this.#read(from, to));
    this.#last = read.then(
      () => undefined,
      () => undefined,
    );
    return read;
  }

  /** Gives the memory of what was read back. */
  spent(plaintext: Bytes): void {
    if (this.#stretches !== null) this.#stretches.spent(plaintext);
    else release([plaintext]);
  }

  close(): void {
    this.#stretches?.close();
  }

  async #read(from: number, to: number): Promise<Bytes> {
    let plaintext: Bytes;
    try {
      plaintext =
        (await this.#stretches?.read(from, to)) ??
        new Uint8Array(await this.#file.slice(from, to).arrayBuffer());
    } catch (cause) {
      throw new SendingError('file-unreadable', { file: this.#index, cause });
    }
    const { size, lastModified } = this.#file;
    if (plaintext.length !== to - from || size !== this.size || lastModified !== this.#modified)
      throw new SendingError('file-changed', { file: this.#index });
    for (const { at, bytes } of this.#patches) {
      const start = Math.max(at, from);
      const end = Math.min(at + bytes.length, to);
      if (start < end) plaintext.set(bytes.subarray(start - at, end - at), start - from);
    }
    return plaintext;
  }
}
