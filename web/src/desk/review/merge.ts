/**
 * Two desks wrote about the same submission: what each of them added, changed or took away since `base`
 * holds; where both changed the same thing, the own words stand, and nothing of the other's is lost silently.
 */
import type { Note } from '../../sealed/notes.ts';
import type { Said } from '../../transfer/desk.ts';

/** A voice or video note; `key` is a hash of its bytes. */
export interface Recording {
  readonly key: string;
  readonly blob: Blob;
}

export interface Written extends Said {
  readonly recordings: readonly Recording[];
}

export const NOTHING_WRITTEN: Written = { text: '', notes: [], recordings: [] };

export function isSame(a: Written, b: Written): boolean {
  return a.text === b.text && sameNotes(a.notes, b.notes) && sameRecordings(a.recordings, b.recordings);
}

export function merged(base: Written, own: Written, other: Written): Written {
  return {
    text: mergedText(base.text, own.text, other.text),
    notes: mergedNotes(base.notes, own.notes, other.notes),
    recordings: mergedList(base.recordings, own.recordings, other.recordings, (a, b) => a.key === b.key),
  };
}

function mergedText(base: string, own: string, other: string): string {
  if (own === other || other === base) return own;
  if (own === base) return other;
  return `${other}\n\n${own}`;
}

function mergedNotes(base: readonly Note[], own: readonly Note[], other: readonly Note[]): readonly Note[] {
  const sameId = (a: Note, b: Note) => a.id === b.id;
  const all = mergedList(base, own, other, sameId);
  const find = (list: readonly Note[], id: string) => list.find((note) => note.id === id);
  return all.map((note) => {
    const [before, theirs] = [find(base, note.id), find(other, note.id)];
    return before && theirs && sameNote(before, note) ? theirs : note;
  });
}

/** The own ones that the other did not take away, then those that the other added. */
function mergedList<T>(
  base: readonly T[],
  own: readonly T[],
  other: readonly T[],
  same: (a: T, b: T) => boolean,
): T[] {
  const has = (list: readonly T[], one: T) => list.some((each) => same(each, one));
  const stays = own.filter((one) => !has(base, one) || has(other, one));
  return [...stays, ...other.filter((one) => !has(base, one) && !has(own, one))];
}

function sameNotes(a: readonly Note[], b: readonly Note[]): boolean {
  return (
    a.length === b.length && a.every((note, index) => b[index] !== undefined && sameNote(note, b[index]))
  );
}

function sameNote(a: Note, b: Note): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameRecordings(a: readonly Recording[], b: readonly Recording[]): boolean {
  return a.length === b.length && a.every(({ key }, index) => b[index]?.key === key);
}
