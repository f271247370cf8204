/**
 * Which screen comes after which. The browser's history holds one entry a screen, so that Back goes one
 * screen back and a reload stays where it was; this decides what an entry may show by now.
 */
export type Screen =
  | { readonly at: 'asked' }
  | { readonly at: 'answer'; readonly index: number; readonly edit: boolean }
  | { readonly at: 'film' }
  | { readonly at: 'check' }
  | { readonly at: 'sending' }
  | { readonly at: 'arrived' };

/** What the screens depend on. */
export interface Facts {
  readonly questions: number;
  /** Whether the link takes files at all. */
  readonly films: boolean;
  readonly files: number;
  /** Files were picked before a reload, and it has not been said yet to go on without them. */
  readonly lost: boolean;
  /** Index of the first question without a usable answer, -1 when there is none. */
  readonly unfinished: number;
  readonly phase: 'writing' | 'sending' | 'sent';
}

export const ASKED: Screen = { at: 'asked' };
const FILM: Screen = { at: 'film' };
const CHECK: Screen = { at: 'check' };
const answer = (index: number): Screen => ({ at: 'answer', index, edit: false });

/** The screen to go on to. An edited answer goes back to where the edit began; that is the caller's. */
export function after(screen: Screen, facts: Facts): Screen {
  switch (screen.at) {
    case 'asked':
      return facts.questions > 0 ? answer(0) : FILM;
    case 'answer':
      if (screen.index + 1 < facts.questions) return answer(screen.index + 1);
      return facts.films ? FILM : CHECK;
    case 'film':
      return CHECK;
    case 'check':
      return { at: 'sending' };
    case 'sending':
    case 'arrived':
      return screen;
  }
}

/** Without a question to answer a delivery has to hold a file; and a picked one is not dropped unsaid. */
export function mayCheck(facts: Facts): boolean {
  return facts.files > 0 || (facts.questions > 0 && !facts.lost);
}

/** What is shown for an entry of the history, by what is true now. */
export function shown(entry: Screen, facts: Facts): Screen {
  if (facts.phase === 'sent') return { at: 'arrived' };
  if (facts.phase === 'sending') return { at: 'sending' };
  switch (entry.at) {
    case 'asked':
      return entry;
    case 'answer':
      return entry.index < facts.questions ? entry : ASKED;
    case 'film':
      return facts.films ? entry : CHECK;
    case 'check':
    case 'sending':
    case 'arrived':
      if (facts.unfinished >= 0) return answer(facts.unfinished);
      return mayCheck(facts) ? CHECK : FILM;
  }
}

/** The entry that a history state holds; null for one that is not ours. */
export function readScreen(state: unknown): Screen | null {
  if (typeof state !== 'object' || state === null || !('at' in state)) return null;
  switch (state.at) {
    case 'asked':
    case 'film':
    case 'check':
    case 'sending':
    case 'arrived':
      return { at: state.at };
    case 'answer':
      if (!('index' in state) || typeof state.index !== 'number' || !(state.index >= 0)) return null;
      return { at: 'answer', index: Math.floor(state.index), edit: 'edit' in state && state.edit === true };
    default:
      return null;
  }
}
