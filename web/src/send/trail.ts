/** The browser's history as a trail of screens: one entry each, with how many of ours lie behind it. */
import { ASKED, readScreen, type Screen } from './flow.ts';

const depth = (): number => {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'depth' in state && typeof state.depth === 'number'
    ? state.depth
    : 0;
};

/** The screen of the current entry; a fresh one begins the trail. */
export function begin(): Screen {
  const screen = readScreen(history.state);
  if (screen) return screen;
  history.replaceState({ ...ASKED, depth: 0 }, '');
  return ASKED;
}

export function current(): Screen {
  return readScreen(history.state) ?? ASKED;
}

export function forward(screen: Screen): void {
  history.pushState({ ...screen, depth: depth() + 1 }, '');
}

export function instead(screen: Screen): void {
  history.replaceState({ ...screen, depth: depth() }, '');
}

/** One screen back; false when none of ours lies behind and the caller has to show the first. */
export function backward(): boolean {
  if (depth() === 0) return false;
  history.back();
  return true;
}
