/** PNG: Exif, XMP and the texts that programs write of a place; the chunk's check sum follows. */
import { isPlaceKey } from './boxed-places.ts';
import { blankExif } from './exif.ts';
import type { Dimensions } from './items.ts';
import { MOST_METADATA, type Places } from './places.ts';
import { latin1, type Source, u32 } from './source.ts';
import { blankXmp } from './xmp.ts';

const TEXTS = ['tEXt', 'zTXt', 'iTXt'];
/** A chunk of ours that every reader passes over: ancillary, private, safe to copy. */
const GONE = 'goNe';

export async function png(source: Source, places: Places): Promise<Dimensions> {
  const first = await source.bytes(16, 8);
  const size = { width: u32(first, 0), height: u32(first, 4) };
  for (let at = 8; at + 12 <= source.size;) {
    const head = await source.bytes(at, 8);
    const length = u32(head, 0);
    const type = latin1(head, 4, 8);
    if (type === 'IEND') break;
    if (length <= MOST_METADATA && (type === 'eXIf' || TEXTS.includes(type))) {
      await places.edit(source, at + 4, length + 8, (chunk) => {
        const name = TEXTS.includes(type) ? latin1(chunk, 4, chunk.indexOf(0, 4)) : '';
        if (isPlaceKey(name)) erase(chunk);
        else if (type === 'eXIf') change(chunk, blankExif);
        else if (type === 'iTXt') change(chunk, blankXmp);
      });
    }
    at += length + 12;
  }
  return size;
}

/** `chunk` is type, data and check sum. */
function change(chunk: Uint8Array, blank: (bytes: Uint8Array) => void): void {
  const before = chunk.slice();
  blank(chunk.subarray(4, -4));
  if (chunk.some((byte, i) => byte !== before[i])) check(chunk);
}

function erase(chunk: Uint8Array): void {
  chunk.fill(0);
  for (let i = 0; i < 4; i++) chunk[i] = GONE.charCodeAt(i);
  check(chunk);
}

function check(chunk: Uint8Array): void {
  new DataView(chunk.buffer, chunk.byteOffset).setUint32(chunk.length - 4, crc32(chunk.subarray(0, -4)));
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}
