/** Padding of JSON (section 1): spaces after it until its length is a power of two of at least 4096. */
import { type Bytes, utf8 } from './bytes.ts';
import { MalformedError } from './errors.ts';
import { type Fields, parseVersioned } from './json.ts';

const SMALLEST = 4096;
const SPACE = 0x20;

export function paddedLength(length: number): number {
  let padded = SMALLEST;
  while (padded < length) padded *= 2;
  return padded;
}

/** Throws MalformedError `too-large` when the padded length would be over `most`. */
export function padJson(value: object, most: number): Bytes {
  const json = utf8(JSON.stringify(value));
  const length = paddedLength(json.length);
  if (length > most) throw new MalformedError('too-large');
  const padded = new Uint8Array(length).fill(SPACE);
  padded.set(json);
  return padded;
}

/** Reads padded JSON whose `v` is 1. Throws MalformedError. */
export function openPadded(padded: Uint8Array, most: number): Fields {
  if (padded.length > most) throw new MalformedError('too-large');
  if (padded.length !== paddedLength(padded.length)) throw new MalformedError('padding');
  return parseVersioned(padded);
}
