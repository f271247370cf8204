/**
 * A file read in small pieces where it is asked: `slice().arrayBuffer()`, because phones' browsers fail at
 * streams and a film has no place in memory. Every read is bounded, and so is their sum: whatever a file
 * says of itself, looking at it ends.
 */

/** Bytes fetched at least, so that neighbouring boxes cost one read. */
const WINDOW = 4096;
/** Bytes and pieces that looking at one file may cost in all. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_STEPS = 60_000;

/** A file, or anything else that hands out its bytes by ranges. */
export interface Sliced {
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The file asks for more looking than it is worth. */
export class TooMuch extends Error {}

interface Purse {
  bytes: number;
  steps: number;
}

export class Source {
  readonly size: number;
  /** Where this part begins in the whole file. */
  readonly at: number;
  readonly #blob: Sliced;
  readonly #purse: Purse;
  #window = { at: 0, bytes: new Uint8Array(0) };

  constructor(blob: Sliced, at = 0, size = blob.size, purse = { bytes: MOST_BYTES, steps: MOST_STEPS }) {
    this.#blob = blob;
    this.#purse = purse;
    this.at = at;
    this.size = size;
  }

  /** A file inside of the file, as one of its own; the bounds stay those of the whole. */
  part(at: number, size: number): Source {
    const within = Math.min(at, this.size);
    return new Source(this.#blob, this.at + within, Math.min(size, this.size - within), this.#purse);
  }

  /** To be kept as it is; fewer bytes where the file ends. Throws TooMuch. */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    const whole = Math.max(0, Math.min(length, this.size - at));
    this.step();
    const inside = at - this.#window.at;
    if (inside < 0 || inside + whole > this.#window.bytes.length) {
      const wanted = Math.min(Math.max(whole, WINDOW), this.size - at);
      this.#purse.bytes -= wanted;
      if (this.#purse.bytes < 0) throw new TooMuch();
      const from = this.at + at;
      const read = await this.#blob.slice(from, from + wanted).arrayBuffer();
      this.#window = { at, bytes: new Uint8Array(read) };
      return this.#window.bytes.subarray(0, whole);
    }
    return this.#window.bytes.subarray(inside, inside + whole);
  }

  /** Counts one piece looked at. Throws TooMuch. */
  step(): void {
    this.#purse.steps -= 1;
    if (this.#purse.steps < 0) throw new TooMuch();
  }
}

/** Numbers at a place in bytes; 0 where the bytes end, so that what is cut off reads as nothing. */
export const u8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
export const u16 = (bytes: Uint8Array, at: number): number => (u8(bytes, at) << 8) | u8(bytes, at + 1);
export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
/** Beyond 2^53 it is no longer exact, and beyond any file. */
export const u64 = (bytes: Uint8Array, at: number): number =>
  u32(bytes, at) * 0x1_0000_0000 + u32(bytes, at + 4);
/** Byte for character, so that places in the text are places in the bytes. */
export function latin1(bytes: Uint8Array, at = 0, end = bytes.length): string {
  let text = '';
  for (let from = at; from < end; from += 4096) {
    text += String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 4096)));
  }
  return text;
}
