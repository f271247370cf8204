/**
 * Location in Exif, a TIFF of its own in either byte order: the GPS directory with all its values, wherever
 * a directory points to one, thumbnails' too; XMP and IPTC where TIFF keeps them. The entry that pointed to
 * it leaves its directory, so that readers see a picture that never had a place.
 */
import { scan } from './boxed-places.ts';
import { blankIptc } from './iptc.ts';
import { latin1 } from './source.ts';
import { blankXmp } from './xmp.ts';

const GPS = 0x8825;
const EXIF = 0x8769;
const SUB = 0x014a;
const XMP = 0x02bc;
const IPTC = 0x83bb;
/** GPSVersionID alone says nothing about a place; many cameras write it. */
const VERSION = 0;
const MOST_DIRECTORIES = 64;
export const EXIF_MARK = 'Exif\0\0';
const MOST_INSIDE = 8;
/** Bytes of one value, by its type. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

interface Entry {
  readonly tag: number;
  readonly at: number;
  /** Where its value stands, and how many bytes it has. */
  readonly value: number;
  readonly length: number;
}

/** Changes the TIFF in place; and those inside of it, for a small picture may have Exif and XMP of its own. */
export function blankExif(bytes: Uint8Array): void {
  blankTiff(bytes);
  const text = latin1(bytes);
  for (let i = 0, at = text.indexOf(EXIF_MARK); at >= 0 && i < MOST_INSIDE; i++) {
    blankTiff(bytes.subarray(at + EXIF_MARK.length));
    at = text.indexOf(EXIF_MARK, at + 1);
  }
  const from = text.indexOf('<x:xmpmeta');
  const to = text.indexOf('</x:xmpmeta>', from);
  if (from >= 0 && to > from) blankXmp(bytes.subarray(from, to));
  scan(bytes);
}

function blankTiff(bytes: Uint8Array): void {
  if (bytes.length < 8) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mark = view.getUint16(0);
  if (mark !== 0x4949 && mark !== 0x4d4d) return;
  const tiff = new Tiff(bytes, view, mark === 0x4949);
  if (tiff.u16(2) !== 42) return;
  tiff.directory(tiff.u32(4));
}

class Tiff {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #seen = new Set<number>();

  constructor(bytes: Uint8Array, view: DataView, little: boolean) {
    this.#bytes = bytes;
    this.#view = view;
    this.#little = little;
  }

  u16 = (at: number) => (at + 2 <= this.#bytes.length ? this.#view.getUint16(at, this.#little) : 0);
  u32 = (at: number) => (at + 4 <= this.#bytes.length ? this.#view.getUint32(at, this.#little) : 0);

  directory(at: number): void {
    if (at < 8 || this.#seen.has(at) || this.#seen.size >= MOST_DIRECTORIES) return;
    this.#seen.add(at);
    for (const { tag, value, length } of this.#entries(at)) {
      const inside = this.#bytes.subarray(value, value + length);
      if (tag === EXIF) this.directory(this.u32(value));
      else if (tag === XMP) blankXmp(inside);
      else if (tag === IPTC) blankIptc(inside);
      else if (tag === SUB) {
        for (let i = 0; i < Math.min(length, 64); i += 4) this.directory(this.u32(value + i));
      }
    }
    this.directory(this.u32(at + 2 + this.u16(at) * 12));
    for (const entry of this.#entries(at)) {
      if (entry.tag === GPS && this.#blankGps(this.u32(entry.value))) this.#leave(at, entry.at);
    }
  }

  #entries(at: number): Entry[] {
    const entries: Entry[] = [];
    const count = Math.min(this.u16(at), Math.floor((this.#bytes.length - at - 2) / 12));
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * 12;
      const length = (SIZES[this.u16(entry + 2)] ?? 1) * this.u32(entry + 4);
      entries.push({
        tag: this.u16(entry),
        at: entry,
        value: length > 4 ? this.u32(entry + 8) : entry + 8,
        length,
      });
    }
    return entries;
  }

  /** Whether it said more than its version. */
  #blankGps(at: number): boolean {
    const entries = this.#entries(at);
    if (at < 8 || !entries.some(({ tag }) => tag !== VERSION)) return false;
    for (const { value, length } of entries) this.#bytes.fill(0, value, value + length);
    this.#bytes.fill(0, at, at + 2 + this.u16(at) * 12 + 4);
    return true;
  }

  /** Takes an entry out; those behind it, and where the next directory is, move up. */
  #leave(directory: number, entry: number): void {
    const count = this.u16(directory);
    const end = directory + 2 + count * 12 + 4;
    this.#bytes.copyWithin(entry, entry + 12, end);
    this.#bytes.fill(0, end - 12, end);
    this.#view.setUint16(directory, count - 1, this.#little);
  }
}
