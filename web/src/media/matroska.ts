/** WebM and Matroska: how long, how large, which codec, and a tag that names a place. */
import { scan } from './boxed-places.ts';
import { isPlaceKey } from './boxed-places.ts';
import { av1, avc, hevc, isHevc } from './codec.ts';
import type { Film } from './film.ts';
import { MOST_METADATA, type Places } from './places.ts';
import { latin1, type Source } from './source.ts';

const SEGMENT = 0x1853_8067;
const INFO = 0x1549_a966;
const TRACKS = 0x1654_ae6b;
const TAGS = 0x1254_c367;
const TAG = 0x7373;
const SIMPLE_TAG = 0x67c8;
const TAG_NAME = 0x45a3;
const TRACK = 0xae;
const VIDEO = 0xe0;
const VOID = 0xec;
const CRC_32 = 0xbf;
/** Nanoseconds, where a file does not say how long its unit of time is. */
const MILLISECOND = 1_000_000;

interface Element {
  readonly id: number;
  readonly at: number;
  readonly body: number;
  readonly end: number;
}

export async function matroska(source: Source, places: Places): Promise<Film> {
  let seconds = 0;
  let shown: Omit<Film, 'seconds'> = { width: null, height: null, codec: null, hevc: false, moves: false };
  let to = source.size;
  for (let at = 0; at < to;) {
    const element = elementIn(await source.bytes(at, 12), 0);
    if (element === null) break;
    const { id, body, end } = element;
    const inside = await source.bytes(
      at + body,
      id === INFO || id === TRACKS ? Math.min(end - body, MOST_METADATA) : 0,
    );
    if (id === INFO) seconds = spanOf(inside);
    else if (id === TRACKS) shown = pictureOf(inside) ?? shown;
    else if (id === TAGS) await places.edit(source, at + body, end - body, blankTags);
    if (id === SEGMENT) to = Math.min(to, at + end);
    at += id === SEGMENT ? body : end;
  }
  return { ...shown, seconds: seconds > 0 ? seconds : null };
}

/** null: no element, or one whose end is not known, as in a film that is still being written. */
function elementIn(bytes: Uint8Array, at: number): Element | null {
  const id = number(bytes, at, false);
  const size = id && number(bytes, id.end, true);
  if (!id || !size) return null;
  const unknown = size.value >= 2 ** (7 * (size.end - id.end)) - 1;
  if (unknown && id.value !== SEGMENT) return null;
  return { id: id.value, at, body: size.end, end: unknown ? Infinity : size.end + size.value };
}

/** As many bytes as the first one has leading zeros, and one; `bare` without the bit that says so. */
function number(bytes: Uint8Array, at: number, bare: boolean): { value: number; end: number } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return null;
  let value = bare ? first & (0xff >> length) : first;
  for (let i = 1; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return { value, end: at + length };
}

function* elements(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Element> {
  for (let at = from; at < to;) {
    const element = elementIn(bytes.subarray(0, to), at);
    if (element === null) return;
    yield { ...element, end: Math.min(element.end, to) };
    at = element.end;
  }
}

const whole = (bytes: Uint8Array) => bytes.reduce((value, byte) => value * 256 + byte, 0);

function valuesOf(bytes: Uint8Array): Map<number, Uint8Array> {
  return new Map([...elements(bytes)].map(({ id, body, end }) => [id, bytes.subarray(body, end)]));
}

function spanOf(info: Uint8Array): number {
  const values = valuesOf(info);
  const duration = values.get(0x4489);
  if (!duration || (duration.length !== 4 && duration.length !== 8)) return 0;
  const view = new DataView(duration.buffer, duration.byteOffset, duration.length);
  const units = duration.length === 4 ? view.getFloat32(0) : view.getFloat64(0);
  const unit = values.get(0x2ad7b1);
  const seconds = (units * (unit ? whole(unit) : MILLISECOND)) / 1e9;
  return Number.isFinite(seconds) ? seconds : 0;
}

function pictureOf(tracks: Uint8Array): Omit<Film, 'seconds'> | null {
  for (const { id, body, end } of elements(tracks)) {
    const track = valuesOf(tracks.subarray(body, end));
    const video = track.get(VIDEO);
    if (id !== TRACK || !video) continue;
    const size = valuesOf(video);
    const codec = codecOf(
      latin1(track.get(0x86) ?? new Uint8Array(0)),
      track.get(0x63a2) ?? new Uint8Array(0),
    );
    const width = whole(size.get(0xb0) ?? new Uint8Array(0)) || null;
    const height = whole(size.get(0xba) ?? new Uint8Array(0)) || null;
    return { width, height, codec, hevc: isHevc(codec), moves: true };
  }
  return null;
}

function codecOf(id: string, config: Uint8Array): string {
  if (id === 'V_MPEG4/ISO/AVC') return avc('avc1', config);
  if (id === 'V_MPEGH/ISO/HEVC') return hevc('hvc1', config);
  if (id === 'V_AV1') return av1(config);
  return id.replace(/^V_/, '').replace(/\0.*/s, '').toLowerCase();
}

/** A tag that names a place becomes void, an element that readers pass over; a check sum would be wrong. */
function blankTags(bytes: Uint8Array): void {
  const before = bytes.slice();
  for (const tag of elements(bytes)) {
    if (tag.id !== TAG) continue;
    for (const simple of elements(bytes, tag.body, tag.end)) {
      if (simple.id !== SIMPLE_TAG) continue;
      const names = [...elements(bytes, simple.body, simple.end)].filter(({ id }) => id === TAG_NAME);
      if (names.some(({ body, end }) => isPlaceKey(latin1(bytes, body, end)))) empty(bytes, simple);
      else scan(bytes, simple.body, simple.end);
    }
  }
  if (!bytes.some((byte, i) => byte !== before[i])) return;
  for (const outer of elements(before)) {
    if (outer.id === CRC_32) empty(bytes, outer);
    if (outer.id !== TAG) continue;
    for (const inner of elements(before, outer.body, outer.end)) if (inner.id === CRC_32) empty(bytes, inner);
  }
}

/** Void's name has one byte; the number of its bytes takes up what the old name had more. */
function empty(bytes: Uint8Array, { at, body, end }: Element): void {
  let size = end - body;
  const length = body - at - 1;
  bytes.fill(0, at, end);
  bytes[at] = VOID;
  for (let i = length; i > 0; i--) {
    bytes[at + i] = size & 0xff;
    size = Math.floor(size / 256);
  }
  bytes[at + 1] = (bytes[at + 1] ?? 0) | (0x80 >> (length - 1));
}
