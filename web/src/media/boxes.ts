/** The boxes of ISO base media files and QuickTime: MP4, MOV, 3GP, HEIC, AVIF. */
import { latin1, type Source, u32, u64 } from './source.ts';

/** Places in bytes from the beginning of what was read. */
export interface Box {
  /** Four characters, a byte each. */
  readonly type: string;
  readonly at: number;
  readonly body: number;
  readonly end: number;
}

/** A box with a type of sixteen bytes has them at the beginning of its body. */
const LONGEST_HEADER = 16;

/** The box at a place; null when there is none. The outermost may have size 0: up to the end. */
function boxAt(header: Uint8Array, at: number, to: number, outermost: boolean): Box | null {
  if (header.length < 8) return null;
  const short = u32(header, 0);
  const body = short === 1 ? 16 : 8;
  const size = short === 1 ? u64(header, 8) : short === 0 && outermost ? to - at : short;
  if (size < body) return null;
  // What is cut off is looked at as far as it goes.
  return { type: latin1(header, 4, 8), at, body: at + body, end: Math.min(at + size, to) };
}

/** One after the other, without reading what is in them. */
export async function* boxes(source: Source, from = 0, to = source.size): AsyncGenerator<Box> {
  for (let at = from; at + 8 <= to;) {
    const header = await source.bytes(at, Math.min(LONGEST_HEADER, to - at));
    const box = boxAt(header, at, to, to === source.size);
    if (box === null) return;
    yield box;
    at = box.end;
  }
}

/** The same of bytes that were read. */
export function* boxesIn(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Box> {
  for (let at = from; at + 8 <= to;) {
    const box = boxAt(bytes.subarray(at, Math.min(at + LONGEST_HEADER, to)), at, to, false);
    if (box === null) return;
    yield box;
    at = box.end;
  }
}

/** Those of one type; the first of them. */
export async function childOf(source: Source, parent: Box, ...path: string[]): Promise<Box | null> {
  let found: Box | null = parent;
  for (const type of path) {
    const inside: Box = found;
    found = null;
    for await (const box of boxes(source, inside.body, inside.end)) {
      if (box.type !== type) continue;
      found = box;
      break;
    }
    if (found === null) return null;
  }
  return found;
}

/** Bytes of a box's body; no more than `most`. */
export function bodyOf(source: Source, box: Box, most: number): Promise<Uint8Array> {
  return source.bytes(box.body, Math.min(box.end - box.body, most));
}

/** `meta` has version and flags in MP4 and none in QuickTime; its first child tells. */
export function metaBody(head: Uint8Array, body: number): number {
  return latin1(head, 4, 8) === 'hdlr' ? body : body + 4;
}
