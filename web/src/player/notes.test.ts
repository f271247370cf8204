/** Notes beside a film, as they are written into a page. */
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import { player as words } from '../text/player.ts';
import { Deck } from './deck.svelte.ts';
import type { Note } from './notes.ts';
import Notes from './Notes.svelte';
import { Sketch } from './sketch.svelte.ts';

const line = {
  kind: 'line',
  colour: 1,
  points: [
    [0, 0],
    [5000, 5000],
  ],
} as const;
const notes: Note[] = [
  { id: 'a', at: 7416, text: 'Knee \u202e<b>in</b>', drawing: null },
  { id: 'b', at: 9000, text: '', drawing: { shapes: [line] } },
];

it('each has its moment and its words, or says that it is a drawing', () => {
  const props = {
    deck: new Deck(),
    sketch: new Sketch(),
    film: 'a.mp4',
    full: false,
    notes,
    onnotes: () => undefined,
  };
  const { body } = render(Notes, { props });
  expect(body).toContain('0:07.41');
  // Without the mark that would turn what follows.
  expect(body).toContain('Knee &lt;b>in&lt;/b>');
  expect(body).toContain('0:09.00');
  expect(body).toContain(words.note.drawing);
  expect(body).toContain(words.note.here);
});

it('a drawing belongs to its moment; undo takes the last stroke, also one that is not done', () => {
  const sketch = new Sketch();
  const film = { width: 1000, height: 1000 };
  const stroke = (at: number) => {
    sketch.press(at, { x: 0.1, y: 0.1 });
    sketch.drag({ x: 0.5, y: 0.5 }, film);
    sketch.release(film);
  };
  stroke(100);
  stroke(100);
  stroke(200);
  expect([100, 200, 300].map((at) => sketch.shapes(at).length)).toEqual([2, 1, 0]);
  expect(sketch.moments()).toEqual([100, 200]);
  sketch.press(100, { x: 0.1, y: 0.1 });
  expect(sketch.shown(100)).toHaveLength(3);
  sketch.undo(100);
  expect(sketch.shown(100)).toHaveLength(2);
  sketch.undo(100);
  sketch.undo(100);
  expect(sketch.moments()).toEqual([200]);
  sketch.kind = 'angle';
  stroke(300);
  expect([sketch.shapes(300).length, sketch.shown(300).length]).toEqual([0, 1]);
  sketch.put(300, [line]);
  expect(sketch.shown(300)).toEqual([line]);
});
