/** Pictures in boxes: HEIC and AVIF keep Exif and XMP as items, and say elsewhere where their bytes are. */
import { bodyOf, type Box, boxes, boxesIn } from './boxes.ts';
import { blankExif } from './exif.ts';
import { MOST_METADATA, type Piece, type Places } from './places.ts';
import { latin1, type Source, u16, u32, u64, u8 } from './source.ts';
import { blankXmp } from './xmp.ts';

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

const MOST_ITEMS = 10_000;

/** Of the top `meta`; the largest picture in it, or null. */
export async function items(source: Source, meta: Box, places: Places): Promise<Dimensions | null> {
  let largest: Dimensions | null = null;
  let kinds = new Map<number, string>();
  let where = new Map<number, Piece[]>();
  const all: Box[] = [];
  for await (const box of boxes(source, meta.body + 4, meta.end)) all.push(box);
  const idat = all.find(({ type }) => type === 'idat');
  for (const box of all) {
    if (!['iinf', 'iloc', 'iprp'].includes(box.type)) continue;
    const bytes = await bodyOf(source, box, MOST_METADATA);
    if (box.type === 'iinf') kinds = kindsOf(bytes);
    else if (box.type === 'iloc') where = piecesOf(bytes, idat?.body ?? null);
    else largest = largestOf(bytes);
  }
  for (const [item, kind] of kinds) {
    const pieces = where.get(item) ?? [];
    if (kind === 'Exif') {
      await places.editJoined(source, pieces, (bytes) => blankExif(bytes.subarray(4 + u32(bytes, 0))));
    } else if (kind === 'mime') await places.editJoined(source, pieces, blankXmp);
  }
  return largest;
}

/** Item to its type, of those that hold text about the picture. */
function kindsOf(iinf: Uint8Array): Map<number, string> {
  const kinds = new Map<number, string>();
  for (const { type, body, end } of boxesIn(iinf, iinf[0] === 0 ? 6 : 8)) {
    const version = u8(iinf, body);
    if (type !== 'infe' || version < 2) continue;
    const long = version > 2 ? 2 : 0;
    const kind = latin1(iinf, body + 8 + long, body + 12 + long);
    const text = kind === 'mime' && /xmp|xml/.test(latin1(iinf, body + 12 + long, end));
    if (kind === 'Exif' || text) kinds.set(long ? u32(iinf, body + 4) : u16(iinf, body + 4), kind);
  }
  return kinds;
}

/** Item to where it stands in the file: version 0 to 2, in the file or in `idat`. */
function piecesOf(iloc: Uint8Array, idat: number | null): Map<number, Piece[]> {
  const where = new Map<number, Piece[]>();
  const version = u8(iloc, 0);
  const [offsets, lengths] = [u8(iloc, 4) >> 4, u8(iloc, 4) & 15];
  const [bases, indexes] = [u8(iloc, 5) >> 4, version > 0 ? u8(iloc, 5) & 15 : 0];
  let at = 6;
  const next = (size: number) => {
    at += size;
    const from = at - size;
    return size === 2 ? u16(iloc, from) : size === 4 ? u32(iloc, from) : size === 8 ? u64(iloc, from) : 0;
  };
  const count = next(version < 2 ? 2 : 4);
  for (let i = 0; i < Math.min(count, MOST_ITEMS) && at < iloc.length; i++) {
    const item = next(version < 2 ? 2 : 4);
    const method = version > 0 ? next(2) & 15 : 0;
    next(2);
    const base = next(bases) + (method === 1 ? (idat ?? NaN) : 0);
    const extents = next(2);
    const pieces: Piece[] = [];
    for (let k = 0; k < extents && at < iloc.length; k++) {
      next(indexes);
      const from = base + next(offsets);
      const length = next(lengths);
      // Items made of other items hold no text.
      if (method < 2 && length <= MOST_METADATA && Number.isSafeInteger(from))
        pieces.push({ at: from, length });
    }
    where.set(item, pieces);
  }
  return where;
}

function largestOf(iprp: Uint8Array): Dimensions | null {
  let largest: Dimensions | null = null;
  for (const ipco of boxesIn(iprp)) {
    if (ipco.type !== 'ipco') continue;
    for (const { type, body } of boxesIn(iprp, ipco.body, ipco.end)) {
      const [width, height] = [u32(iprp, body + 4), u32(iprp, body + 8)];
      if (type === 'ispe' && width > (largest?.width ?? 0)) largest = { width, height };
    }
  }
  return largest;
}
