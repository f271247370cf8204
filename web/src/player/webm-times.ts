/**
 * When the pictures of a WebM come: it has no table, so that the head of every block is looked at. Worth it
 * for a film of some minutes; of a longer one the player finds neighbours by looking (`neighbours.ts`).
 */
import { Source, u16, u8 } from '../media/source.ts';
import { type Film, slicedOf } from './film.ts';
import { type Frames, shown } from './frames.ts';

/** Bytes of a film that is looked through: the desk has one of that size whole, a longer one comes piece by piece. */
const MOST_BYTES = 24 * 1000 * 1000;
const MOST_STEPS = 400_000;

/** Elements that are gone into; of each the name it has in the specification. */
const INSIDE = {
  segment: 0x18538067,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  track: 0xae,
  cluster: 0x1f43b675,
  group: 0xa0,
};
const [SCALE, NUMBER, KIND, TIMESTAMP, SIMPLE, BLOCK, LASTS] = [
  0x2ad7b1, 0xd7, 0x83, 0xe7, 0xa3, 0xa1, 0x23e383,
];
const GONE_INTO: readonly number[] = Object.values(INSIDE);
const PICTURE = 1;
const INVISIBLE = 0x08;

interface Element {
  readonly id: number;
  readonly body: number;
  /** Infinity: it says no size. */
  readonly size: number;
}

/** null: longer than it is worth, or nothing that shows. Throws what `film.read` throws, and TooMuch. */
export async function webmFrames(film: Film): Promise<Frames | null> {
  if (film.size > MOST_BYTES) return null;
  const source = new Source(slicedOf(film), 0, film.size, { bytes: MOST_BYTES * 4, steps: MOST_STEPS });
  const pictures: { at: number; lasts: number }[] = [];
  let [scale, cluster, number, picture, lasts] = [1_000_000, 0, 0, -1, 0];
  for (let at = 0; at < film.size;) {
    const element = await elementAt(source, at);
    if (element === null) break;
    const { id, body, size } = element;
    at = GONE_INTO.includes(id) ? body : body + size;
    if (id === SIMPLE || id === BLOCK) {
      const head = await source.bytes(body, 12);
      const track = numberIn(head, 0, true);
      const flags = u8(head, (track?.length ?? 0) + 2);
      if (track?.value !== picture || flags & INVISIBLE) continue;
      const after = (u16(head, track.length) << 16) >> 16;
      pictures.push({ at: ((cluster + after) * scale) / 1e9, lasts });
    } else if ([SCALE, NUMBER, KIND, TIMESTAMP, LASTS].includes(id) && size <= 8) {
      const value = whole(await source.bytes(body, size));
      if (id === SCALE) scale = value;
      else if (id === TIMESTAMP) cluster = value;
      else if (id === NUMBER) number = value;
      else if (id === KIND && value === PICTURE && picture < 0) picture = number;
      else if (id === LASTS && number === picture) lasts = value / 1e9;
    }
  }
  return shown(pictures, { wait: 0, from: 0, lasts: Infinity });
}

async function elementAt(source: Source, at: number): Promise<Element | null> {
  const head = await source.bytes(at, 12);
  const id = numberIn(head, 0, false);
  const size = id && numberIn(head, id.length, true);
  if (!id || !size) return null;
  const unknown = size.value === 2 ** (7 * size.length) - 1;
  return { id: id.value, body: at + id.length + size.length, size: unknown ? Infinity : size.value };
}

/** A number whose first bit that is set says how long it is; with that bit, or without. */
function numberIn(bytes: Uint8Array, at: number, bare: boolean): { value: number; length: number } | null {
  const first = u8(bytes, at);
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return null;
  let value = bare ? first & (0xff >> length) : first;
  for (let n = 1; n < length; n++) value = value * 256 + u8(bytes, at + n);
  return { value, length };
}

const whole = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);
