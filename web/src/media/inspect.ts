/**
 * What a picked file is, before anything of it is sent: how long, how large a picture, whether a desk can
 * play it, and whether it says where it was made. It reads the few kilobytes that say so and never throws:
 * a file that is odd, cut off or hostile is `other`, and may be sent all the same.
 */
import { type Film, film } from './film.ts';
import type { Dimensions } from './items.ts';
import { blankExif } from './exif.ts';
import { jpeg } from './jpeg.ts';
import { inOrder, type Patch } from './patch.ts';
import { Places } from './places.ts';
import { png } from './png.ts';
import { latin1, type Sliced, Source } from './source.ts';
import { webp } from './webp.ts';

export interface Findings {
  readonly kind: 'video' | 'picture' | 'other';
  /** Seconds, not rounded. */
  readonly seconds: number | null;
  /** Pixels; of a film as it is shown: a phone held upright films more high than wide. */
  readonly width: number | null;
  readonly height: number | null;
  /** RFC 6381, of the film's picture. */
  readonly codec: string | null;
  /** HEVC, in any of its names: many desks show a black picture. */
  readonly hevc: boolean;
  /** The file says where it was made; these patches blank it, and what comes of it still plays. */
  readonly location: {
    readonly patches: readonly Patch[];
    /** False: some of it stands where it can not be blanked in place, so that removing leaves a part. */
    readonly whole: boolean;
  } | null;
}

type Seen = Omit<Findings, 'location'>;

const OTHER: Seen = { kind: 'other', seconds: null, width: null, height: null, codec: null, hevc: false };
const picture = (size: Dimensions | null): Seen => ({
  ...OTHER,
  kind: 'picture',
  width: size?.width ?? null,
  height: size?.height ?? null,
});
/** The first box of a film or a picture; `ftyp` came after QuickTime. */
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];
/** Bytes at the beginning of a raw picture, where its directories stand. */
const RAW_BYTES = 1024 * 1024;

export async function inspect(file: Sliced): Promise<Findings> {
  const places = new Places();
  let seen = OTHER;
  try {
    seen = await look(new Source(file), places, 0);
  } catch {
    // Unreadable, or worth no more looking: what was found so far still is.
    places.whole = false;
  }
  const { found, whole, patches } = places;
  return { ...seen, location: found ? { patches: inOrder(patches), whole } : null };
}

/** `depth`: a picture may hold a film, and that is the end of it. */
async function look(source: Source, places: Places, depth: number): Promise<Seen> {
  const head = await source.bytes(0, 16);
  const mark = latin1(head);
  if (mark.startsWith('\xff\xd8\xff')) {
    return picture(
      await jpeg(source, places, async (part) => {
        if (depth < 2) await look(part, places, depth + 1);
      }),
    );
  }
  if (mark.startsWith('\x89PNG\r\n\x1a\n')) return picture(await png(source, places));
  if (mark.startsWith('RIFF') && mark.startsWith('WEBP', 8)) return picture(await webp(source, places));
  if (FIRST_BOXES.includes(mark.slice(4, 8))) return filmed(await film(source, places), mark);
  // WebM and Matroska: no phone films in them, and the page asks its player how long one is.
  if (mark.startsWith('\x1aE\xdf\xa3')) return { ...OTHER, kind: 'video' };
  if (mark.startsWith('GIF8') || mark.startsWith('BM')) return picture(null);
  if (mark.startsWith('II*\0') || mark.startsWith('MM\0*')) {
    await places.edit(source, 0, Math.min(RAW_BYTES, source.size), blankExif);
    return picture(null);
  }
  return OTHER;
}

function filmed({ moves, ...film }: Film, mark: string): Seen {
  if (moves) return { kind: 'video', ...film };
  return /^....ftyp(hei|hev|mif1|msf1|avi)/s.test(mark) ? { ...OTHER, ...film, kind: 'picture' } : OTHER;
}
