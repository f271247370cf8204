/** What was drawn, each drawing at its moment of the film; one of them is on the table. */
import { SvelteMap } from 'svelte/reactivity';
import { MOST_SHAPES } from '../sealed/notes.ts';
import { type Draft, dragged, placeOf, pressed, released } from './draw.ts';
import type { Colour, Shape, ShapeKind } from './notes.ts';
import type { Point, Size } from './view.ts';

const NONE: readonly Shape[] = [];

export class Sketch {
  kind = $state<ShapeKind>('line');
  colour = $state<Colour>(1);
  /** Whether a finger on the picture draws. */
  draws = $state(false);
  readonly #drawings = new SvelteMap<number, readonly Shape[]>();
  #draft = $state.raw<{ at: number; draft: Draft } | null>(null);

  /** `at`: whole milliseconds of the film. */
  shapes(at: number): readonly Shape[] {
    return this.#drawings.get(at) ?? NONE;
  }

  /** With what is just being drawn. */
  shown(at: number): readonly Shape[] {
    const draft = this.#draft?.at === at ? this.#draft.draft.shape : null;
    return draft ? [...this.shapes(at), draft] : this.shapes(at);
  }

  moments(): number[] {
    return [...this.#drawings.keys()];
  }

  put(at: number, shapes: readonly Shape[]): void {
    if (shapes.length > 0) this.#drawings.set(at, shapes);
    else this.#drawings.delete(at);
    this.#draft = null;
  }

  press(at: number, point: Point): void {
    if (this.shapes(at).length >= MOST_SHAPES) return;
    const going =
      this.#draft?.at === at && this.#draft.draft.shape.kind === this.kind ? this.#draft.draft : null;
    this.#draft = { at, draft: pressed(going, this.kind, this.colour, placeOf(point)) };
  }

  drag(point: Point, film: Size): void {
    if (!this.#draft?.draft.follows) return;
    this.#draft = { ...this.#draft, draft: dragged(this.#draft.draft, placeOf(point), film) };
  }

  release(film: Size): void {
    if (!this.#draft?.draft.follows) return;
    const { at } = this.#draft;
    const { shape, draft } = released(this.#draft.draft, film);
    this.#draft = draft && { at, draft };
    if (shape) this.#drawings.set(at, [...this.shapes(at), shape]);
  }

  /** What follows the finger, or waits for another one, is no shape after all. */
  drop(): void {
    this.#draft = null;
  }

  undo(at: number): void {
    if (this.#draft) this.drop();
    else this.put(at, this.shapes(at).slice(0, -1));
  }

  clear(at: number): void {
    this.put(at, NONE);
  }
}
