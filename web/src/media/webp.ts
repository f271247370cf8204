/** WebP: the chunks that hold Exif and XMP. */
import { blankExif } from './exif.ts';
import type { Dimensions } from './items.ts';
import type { Places } from './places.ts';
import { latin1, type Source, u8 } from './source.ts';
import { blankXmp } from './xmp.ts';

const u24 = (bytes: Uint8Array, at: number) =>
  u8(bytes, at) | (u8(bytes, at + 1) << 8) | (u8(bytes, at + 2) << 16);

export async function webp(source: Source, places: Places): Promise<Dimensions | null> {
  let size: Dimensions | null = null;
  for (let at = 12; at + 8 <= source.size;) {
    const head = await source.bytes(at, 18);
    const type = latin1(head, 0, 4);
    const length = u24(head, 4) + u8(head, 7) * 0x100_0000;
    if (type === 'VP8X') size = { width: u24(head, 12) + 1, height: u24(head, 15) + 1 };
    else if (type === 'EXIF') {
      await places.edit(source, at + 8, length, (bytes) =>
        blankExif(latin1(bytes, 0, 4) === 'Exif' ? bytes.subarray(6) : bytes),
      );
    } else if (type === 'XMP ') await places.edit(source, at + 8, length, blankXmp);
    at += 8 + length + (length & 1);
  }
  return size;
}
