/** What a picked file is called on the page. */
import type { Findings } from '../media/inspect.ts';
import { send as words } from '../text/en.ts';
import { playingTime } from '../ui/clock.ts';
import { sizeWords } from '../ui/sizes.ts';

const NO_BREAK = '\u00a0';

/**
 * What was found in it says it best; until then its type, which some phones and computers leave empty, and
 * the ending of its name.
 */
export function kindOf(
  { name, type }: { readonly name: string; readonly type: string },
  found?: Pick<Findings, 'kind'>,
): Findings['kind'] {
  if (found && found.kind !== 'other') return found.kind;
  if (type.startsWith('video/') || (type === '' && FILM.test(name))) return 'video';
  return type.startsWith('image/') || (type === '' && PICTURE.test(name)) ? 'picture' : 'other';
}

/** `Video · 0:20 · 7.8 MB`. Where it breaks, the dot goes with what follows it, and a number with its unit. */
export function kindWords(kind: Findings['kind'], seconds: number | undefined, bytes: number): string {
  const parts = [words.check[kind], seconds === undefined ? '' : playingTime(seconds), sizeWords(bytes)];
  return parts
    .filter(Boolean)
    .map((part) => part.replaceAll(' ', NO_BREAK))
    .join(` ·${NO_BREAK}`);
}

const FILM = /\.(mov|qt|mp4|m4v|3gp|3g2|webm|mkv|avi|mts)$/i;
const PICTURE = /\.(jpe?g|png|gif|webp|avif|hei[cf]|bmp|dng)$/i;
