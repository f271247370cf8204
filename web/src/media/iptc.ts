/** Location in IPTC's older form (IIM): city, state, country and the names of places, as spaces. */
import { latin1, u16, u32, u8 } from './source.ts';

/** 2:26 and 2:27 content location, 2:90 city, 2:92 sublocation, 2:95 state, 2:100 and 2:101 country. */
const PLACES = [26, 27, 90, 92, 95, 100, 101];

/** Changes the datasets in place. */
export function blankIptc(bytes: Uint8Array): void {
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === 0x1c;) {
    const length = u16(bytes, at + 3);
    // Longer ones than 32 KiB count otherwise; no place has so many letters.
    if (length > 0x7fff) return;
    const body = at + 5;
    if (bytes[at + 1] === 2 && PLACES.includes(u8(bytes, at + 2))) bytes.fill(0x20, body, body + length);
    at = body + length;
  }
}

/** Photoshop's list of resources in a JPEG; 0x0404 is IPTC. */
export function blankPhotoshop(bytes: Uint8Array): void {
  for (let at = 0; at + 12 <= bytes.length && latin1(bytes, at, at + 4) === '8BIM';) {
    // A name with its length in front, made even.
    const name = at + 6;
    const size = name + ((u8(bytes, name) + 2) & ~1);
    const body = size + 4;
    const length = u32(bytes, size);
    if (u16(bytes, at + 4) === 0x0404) blankIptc(bytes.subarray(body, body + length));
    at = body + length + (length & 1);
  }
}
