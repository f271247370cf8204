/**
 * A page in any of the three engines: as little as the story needs, so that each engine can do all of it.
 * Elements are found by what a person perceives of them; see `find.ts`.
 */
import type { Look } from './find.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Something on a page, as it was when it was found. */
export interface Piece {
  /** A press of the engine's own making, where a person would press. */
  taps(): Promise<void>;
  /** Types it, key by key, after what is there. */
  types(text: string): Promise<void>;
  /** For a file input: what the picker would hand out. */
  hands(paths: readonly string[]): Promise<void>;
}

export interface Tab {
  goes(url: string): Promise<void>;
  /** Nobody is asked whether to leave: as a phone does that threw the tab away. */
  reloads(): Promise<void>;
  closes(): Promise<void>;
  address(): Promise<string>;
  /** Runs in the page. Arguments and what it returns pass as JSON. */
  evaluate<Given extends unknown[], Back>(
    run: (...given: Given) => Back | Promise<Back>,
    ...given: Given
  ): Promise<Back>;
  /** What is there and can be seen right now; null when nothing is. */
  glimpses(look: Look): Promise<Piece | null>;
  /** A PNG of what is in the window. */
  picture(): Promise<Uint8Array>;
  resizes(size: Size): Promise<void>;
}
