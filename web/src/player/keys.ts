/** What a key does in the player. Letters by what they are, not by where they lie. */

export type Action =
  | { readonly does: 'toggle' | 'mirror' | 'turn' | 'full' | 'upright' | 'help' | 'a' | 'b' | 'no-loop' }
  | { readonly does: 'draw' | 'undo' }
  | { readonly does: 'seek'; readonly seconds: number }
  | { readonly does: 'step'; readonly pictures: 1 | -1 }
  | { readonly does: 'speed'; readonly up: boolean; readonly fine: boolean }
  | { readonly does: 'zoom'; readonly closer: boolean };

export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const PLAIN = new Map<string, Action>(
  Object.entries({
    ' ': { does: 'toggle' },
    k: { does: 'toggle' },
    '.': { does: 'step', pictures: 1 },
    ',': { does: 'step', pictures: -1 },
    ArrowRight: { does: 'seek', seconds: 1 },
    ArrowLeft: { does: 'seek', seconds: -1 },
    j: { does: 'speed', up: false, fine: false },
    l: { does: 'speed', up: true, fine: false },
    ArrowDown: { does: 'speed', up: false, fine: true },
    ArrowUp: { does: 'speed', up: true, fine: true },
    a: { does: 'a' },
    b: { does: 'b' },
    x: { does: 'no-loop' },
    m: { does: 'mirror' },
    r: { does: 'turn' },
    f: { does: 'full' },
    d: { does: 'draw' },
    '+': { does: 'zoom', closer: true },
    '=': { does: 'zoom', closer: true },
    '-': { does: 'zoom', closer: false },
    '0': { does: 'upright' },
    '?': { does: 'help' },
  }),
);
const LARGE_JUMP = 5;

/** null: the key belongs to the page or the browser. */
export function actionOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Action | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' && !shiftKey ? { does: 'undo' } : null;
  const action = PLAIN.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
  if (action?.does === 'seek' && shiftKey) return { ...action, seconds: action.seconds * LARGE_JUMP };
  return action;
}
