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
      const bytes = await source.bytes(at + 8, length);
      const gone = TEXTS.includes(type) && (await holdsPlace(type, bytes));
      await places.edit(source, at + 4, length + 8, (chunk) => {
        if (gone) erase(chunk);
        else change(chunk, type === 'eXIf' ? blankExif : type === 'iTXt' ? blankXmp : () => undefined);
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

/** Whether a text names a place in a way that can only be blanked whole: by its name, packed, or in hex. */
async function holdsPlace(type: string, bytes: Uint8Array): Promise<boolean> {
  const end = bytes.indexOf(0);
  if (end < 0) return false;
  const name = latin1(bytes, 0, end);
  if (isPlaceKey(name)) return true;
  let text = bytes.subarray(end + 1);
  if (type === 'zTXt') text = await unpacked(text.subarray(1));
  if (type === 'iTXt') {
    // Whether it is packed, how, a language and the name in it come before the text.
    if (text[0] !== 1) return false;
    const language = text.indexOf(0, 2);
    text = await unpacked(text.subarray(text.indexOf(0, language + 1) + 1));
  }
  return would(blankXmp, text) || (name.startsWith('Raw profile') && would(blankExif, profile(text)));
}

function would(blank: (bytes: Uint8Array) => void, bytes: Uint8Array): boolean {
  const after = bytes.slice();
  blank(after);
  return after.some((byte, i) => byte !== bytes[i]);
}

/** What ImageMagick writes: a name, a length and hexadecimal digits on lines; Exif's own mark is left out. */
function profile(text: Uint8Array): Uint8Array {
  const digits = latin1(text)
    .replace(/^\s*\w+\s+\d+\s/, '')
    .replace(/\s/g, '');
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return latin1(bytes, 0, 4) === 'Exif' ? bytes.subarray(6) : bytes;
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= MOST_METADATA) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // Cut off or no deflate: what was read is looked at.
  }
  void reader.cancel().catch(() => undefined);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}
