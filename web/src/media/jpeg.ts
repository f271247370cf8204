/**
 * JPEG: Exif, XMP and its extension, Photoshop's IPTC; and the pictures and films that phones append to
 * one (several views, a gain map, a motion photo), which have a place of their own.
 */
import { blankExif, EXIF_MARK } from './exif.ts';
import { blankPhotoshop } from './iptc.ts';
import type { Dimensions } from './items.ts';
import type { Piece, Places } from './places.ts';
import { latin1, type Source, u16 } from './source.ts';
import { blankXmp } from './xmp.ts';

const XMP = 'http://ns.adobe.com/xap/1.0/\0';
/** Followed by a digest, the whole length and the place of this part in it: 40 bytes. */
const MORE_XMP = 'http://ns.adobe.com/xmp/extension/\0';
const PHOTOSHOP = 'Photoshop 3.0\0';
const SEVERAL = 'MPF\0';
const MOST_SEGMENTS = 2000;
const MOST_APPENDED = 16;

/** `appended` looks at a file inside of this one. */
export async function jpeg(
  source: Source,
  places: Places,
  appended: (part: Source) => Promise<void>,
): Promise<Dimensions | null> {
  let size: Dimensions | null = null;
  const more: Piece[] = [];
  const parts: Piece[] = [];
  let at = 2;
  for (let i = 0; i < MOST_SEGMENTS; i++) {
    const head = await source.bytes(at, 4);
    if (head[0] !== 0xff) break;
    const marker = head[1] ?? 0;
    if (marker === 0xff) at += 1;
    if (marker === 0xff) continue;
    const length = u16(head, 2) + 2;
    // The picture itself begins, or what follows is no segment.
    if (marker === 0xda || marker === 0xd9 || head.length < 4 || length < 4) break;
    if (isFrame(marker)) {
      const frame = await source.bytes(at, 9);
      size = { height: u16(frame, 5), width: u16(frame, 7) };
    } else if (marker >= 0xe1 && marker <= 0xef) {
      const bytes = await source.bytes(at, length);
      const begins = (mark: string) => latin1(bytes, 4, 4 + mark.length) === mark;
      const edit = (mark: string, change: (bytes: Uint8Array) => void) =>
        places.edit(source, at + 4 + mark.length, length - 4 - mark.length, change);
      if (begins(EXIF_MARK)) await edit(EXIF_MARK, blankExif);
      else if (begins(XMP)) {
        parts.push(...listed(latin1(bytes), source.size));
        await edit(XMP, blankXmp);
      } else if (begins(MORE_XMP)) {
        more.push({ at: at + 4 + MORE_XMP.length + 40, length: Math.max(0, length - 44 - MORE_XMP.length) });
      } else if (begins(PHOTOSHOP)) await edit(PHOTOSHOP, blankPhotoshop);
      else if (begins(SEVERAL)) parts.push(...views(bytes.subarray(8), at + 8));
    }
    at += length;
  }
  await places.editJoined(source, more, blankXmp);
  for (const part of parts.slice(0, MOST_APPENDED)) {
    if (part.at > 0 && part.at < source.size) await appended(source.part(part.at, part.length));
  }
  return size;
}

/** SOF of any sort: every second one of a row, and not DHT, JPG and DAC among them. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Multi-Picture Format: tag 0xB002 lists pictures, 16 bytes each, places counted from this TIFF. */
function views(tiff: Uint8Array, at: number): Piece[] {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = tiff[0] === 0x49;
  const read = (from: number) => (from + 4 <= tiff.length ? view.getUint32(from, little) : 0);
  const found: Piece[] = [];
  const directory = read(4);
  for (let entry = directory + 2; entry + 12 <= tiff.length; entry += 12) {
    if (view.getUint16(entry, little) !== 0xb002) continue;
    const [length, from] = [read(entry + 4), read(entry + 8)];
    for (let i = 0; i < Math.min(length, MOST_APPENDED * 16); i += 16) {
      const place = read(from + i + 8);
      if (place > 0) found.push({ at: at + place, length: read(from + i + 4) });
    }
    break;
  }
  return found;
}

/** What XMP says is appended, the last one last: Google's container, and its older motion photo. */
function listed(xmp: string, size: number): Piece[] {
  const lengths = [...xmp.matchAll(/(?:Item:Length|MicroVideoOffset)(?:="|>)(\d{1,12})/g)];
  let end = size;
  return lengths.reverse().map(({ 1: text }) => {
    const length = Number(text);
    end -= length;
    return { at: end, length };
  });
}
