/** Location in XMP: a property that names a place becomes spaces, and the packet stays the same length. */
import { latin1 } from './source.ts';

/** BE7ACFCB-97A9-42E8-9C71-999491E3AFAC: the `uuid` box that holds XMP. */
export const XMP_UUID = '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac';

/** Local names: Exif's and makers' GPS, IPTC's and Photoshop's places. */
const NAME = String.raw`(?!xmlns:)[\w.-]{1,40}:(?:\w{0,40}gps\w{0,40}|Location\w{0,40}|Sublocation|City|State|Country\w{0,40}|ProvinceState|WorldRegion|\w{0,40}Latitude\w{0,40}|\w{0,40}Long[it]+ude\w{0,40})`;
// Every repetition has an end, so that no packet makes matching slow.
const ATTRIBUTE = new RegExp(String.raw`\s${NAME}\s{0,40}=\s{0,40}(?:"[^"]*"|'[^']*')`, 'gi');
const ELEMENT = new RegExp(String.raw`<(${NAME})(?=[\s/>])[^>]{0,2000}>`, 'gi');
const SPACE = 0x20;

/** Changes the packet in place. */
export function blankXmp(bytes: Uint8Array): void {
  const text = latin1(bytes);
  // Two bytes a character: written by nobody we know of, so the whole packet goes.
  if (/g\0+p\0+s\0/i.test(text)) {
    bytes.fill(0);
    return;
  }
  blankText(bytes, 0, bytes.length, ATTRIBUTE);
  const bare = latin1(bytes);
  for (const { 0: opening, 1: name = '', index } of bare.matchAll(ELEMENT)) {
    if (bytes[index] === SPACE) continue;
    let end = index + opening.length;
    if (!opening.endsWith('/>')) {
      const closing = bare.indexOf(`</${name}`, end);
      const closed = closing < 0 ? -1 : bare.indexOf('>', closing);
      // Not well-formed: nothing in it can be trusted to be the rest of it.
      end = closed < 0 ? bytes.length : closed + 1;
    }
    bytes.fill(SPACE, index, end);
    if (end === bytes.length) return;
  }
}

/** Spaces over all that matches. */
export function blankText(bytes: Uint8Array, from: number, to: number, what: RegExp): void {
  for (const { 0: match, index } of latin1(bytes, from, to).matchAll(what)) {
    bytes.fill(SPACE, from + index, from + index + match.length);
  }
}
