/** What a picked file is called on the page. */
import type { Findings } from '../media/inspect.ts';

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

const FILM = /\.(mov|qt|mp4|m4v|3gp|3g2|webm|mkv|avi|mts)$/i;
const PICTURE = /\.(jpe?g|png|gif|webp|avif|hei[cf]|bmp|dng)$/i;
