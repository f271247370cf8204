/** Notes as the player has them, of one film, and as they are sealed, of a whole submission. */
import type { Note as FilmNote } from '../../player/notes.ts';
import type { Note } from '../../sealed/notes.ts';

/** Those that stand at a moment of film `n`. */
export function filmNotes(notes: readonly Note[], n: number): FilmNote[] {
  return notes.flatMap(({ file, at, id, text, drawing }) =>
    file === n && at !== null ? [{ id, at, text, drawing }] : [],
  );
}

/** What stands beside film `n` now; what the player does not know of a note stays as it was. */
export function sealedNotes(notes: readonly Note[], n: number, shown: readonly FilmNote[]): Note[] {
  const others = notes.filter(({ file, at }) => file !== n || at === null);
  const part = (id: string) => notes.find((note) => note.id === id)?.part ?? null;
  return [...others, ...shown.map((note) => ({ ...note, file: n, part: part(note.id) }))];
}
