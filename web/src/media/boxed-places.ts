/**
 * Location in the boxes `udta`, `meta` and `uuid` of films: QuickTime's and 3GPP's own, the keys that
 * Apple and Android write, what iTunes lists, XMP, and what else looks like ISO 6709.
 */
import { type Box, boxesIn, metaBody } from './boxes.ts';
import { latin1, u32 } from './source.ts';
import { blankText, blankXmp, XMP_UUID } from './xmp.ts';

/** Boxes that hold a place and nothing else that a player needs. */
const PLACES = ['\xa9xyz', '@xyz', 'loci', 'GPMF', 'gps ', 'gps0', 'gpsa', 'GPS ', 'udat'];
const KEY = /location|gps|iso.?6709|latitude|longitude|\bxyz/i;
/** Two signed decimals without anything between them, as `+52.5200+013.4050`. */
const ISO_6709 = /[+-]\d{1,6}\.\d+[+-]\d{2,7}\.\d+([+-]\d+(\.\d+)?)?/g;

const put = (bytes: Uint8Array, at: number, text: string) => {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
};

export const isPlaceKey = (name: string): boolean => KEY.test(name);

/** A name of the same length that says nothing. */
function renameKey(bytes: Uint8Array, from: number, to: number): void {
  put(bytes, from, 'removed'.padEnd(to - from, '-').slice(0, to - from));
}

/** The boxes from `from` to `to`, changed in place. */
export function blankBoxes(bytes: Uint8Array, from = 0, to = bytes.length, depth = 0): void {
  for (const box of boxesIn(bytes, from, to)) {
    if (PLACES.includes(box.type)) free(bytes, box);
    else if (box.type === 'meta' && depth < 4) {
      blankMeta(bytes, metaBody(bytes.subarray(box.body), box.body), box.end, depth);
    } else if (box.type === 'udta' && depth < 4) blankBoxes(bytes, box.body, box.end, depth + 1);
    else if (box.type === 'XMP_') blankXmp(bytes.subarray(box.body, box.end));
    else if (box.type === 'uuid') blankUuid(bytes, box);
    else scan(bytes, box.body, box.end);
  }
}

function blankUuid(bytes: Uint8Array, { body, end }: Box): void {
  if (latin1(bytes, body, body + 16) === XMP_UUID) blankXmp(bytes.subarray(body + 16, end));
  else scan(bytes, body, end);
}

function blankMeta(bytes: Uint8Array, from: number, to: number, depth: number): void {
  const named = new Set<number>();
  const inside = [...boxesIn(bytes, from, to)];
  for (const box of inside) if (box.type === 'keys') blankKeys(bytes, box, named);
  for (const box of inside) {
    if (box.type === 'keys') continue;
    if (box.type === 'ilst') blankList(bytes, box, named);
    else if (box.type === 'xml ') blankXmp(bytes.subarray(box.body + 4, box.end));
    else blankBoxes(bytes, box.at, box.end, depth + 1);
  }
}

/** Takes note of the keys, counted from 1, that name a place. */
function blankKeys(bytes: Uint8Array, { body, end }: Box, named: Set<number>): void {
  let index = 1;
  for (const key of boxesIn(bytes, body + 8, end)) {
    if (isPlaceKey(latin1(bytes, key.body, key.end))) {
      named.add(index);
      renameKey(bytes, key.body, key.end);
    }
    index += 1;
  }
}

/** Items are named by the number of their key, by four letters, or by a text of their own. */
function blankList(bytes: Uint8Array, list: Box, named: ReadonlySet<number>): void {
  for (const item of boxesIn(bytes, list.body, list.end)) {
    if (PLACES.includes(item.type)) free(bytes, item);
    else {
      const inside = [...boxesIn(bytes, item.body, item.end)];
      const names = inside.filter(({ type }) => type === 'name');
      const place = names.filter(({ body, end }) => isPlaceKey(latin1(bytes, body + 4, end)));
      for (const name of place) renameKey(bytes, name.body + 4, name.end);
      const all = place.length > 0 || named.has(u32(bytes, item.at + 4));
      for (const data of inside.filter(({ type }) => type === 'data')) {
        if (all) bytes.fill(0, data.body + 8, data.end);
        else scan(bytes, data.body + 8, data.end);
      }
    }
  }
}

function free(bytes: Uint8Array, { at, body, end }: Box): void {
  put(bytes, at + 4, 'free');
  bytes.fill(0, body, end);
}

/** A place written as text, wherever a maker of phones chose to keep it. */
export function scan(bytes: Uint8Array, from = 0, to = bytes.length): void {
  blankText(bytes, from, to, ISO_6709);
}
