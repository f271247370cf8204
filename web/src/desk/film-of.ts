/** A file that is here, as the player takes it. */
import type { Film } from '../player/film.ts';
import type { FileState } from './files.svelte.ts';
import type { FileFacts } from './lists.ts';

export function filmOf(held: FileState, { name, size }: Pick<FileFacts, 'name' | 'size'>): Film | null {
  if (held.is !== 'here' || held.shown.as === 'nothing') return null;
  return { url: held.url, name, type: held.shown.mime, size, read: held.read };
}
