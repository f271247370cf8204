import { expect, test } from 'vitest';
import type { Findings } from '../media/inspect.ts';
import { notesOf } from './notes.ts';

const NOTHING: Findings = {
  kind: 'other',
  seconds: null,
  width: null,
  height: null,
  codec: null,
  hevc: false,
  location: null,
};
const place = { patches: [{ at: 4, bytes: new Uint8Array(8) }], whole: true };

test('a plain film has nothing to be said about', () => {
  expect(notesOf({ ...NOTHING, kind: 'video', seconds: 60 }, 60, false)).toEqual([]);
});

test('the place goes unless someone wants it to stay', () => {
  const film = { ...NOTHING, location: place };
  expect(notesOf(film, undefined, false)).toEqual([{ kind: 'place', removed: true, whole: true }]);
  expect(notesOf(film, undefined, true)).toEqual([{ kind: 'place', removed: false, whole: true }]);
});

test('longer than asked is said from a whole second on', () => {
  expect(notesOf({ ...NOTHING, seconds: 60.9 }, 60, false)).toEqual([]);
  expect(notesOf({ ...NOTHING, seconds: 61.2 }, 60, false)).toEqual([
    { kind: 'long', seconds: 61.2, most: 60 },
  ]);
  expect(notesOf({ ...NOTHING, seconds: 6000 }, undefined, false)).toEqual([]);
});

test('what some desks can not play is said', () => {
  expect(notesOf({ ...NOTHING, hevc: true }, undefined, false)).toEqual([{ kind: 'hevc' }]);
});
