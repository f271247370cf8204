/**
 * Where one is inside the open desk. Each place but the lists is one step of the browser's history, so
 * that Back, the phone's gesture included, leads to the lists. The history holds no id and no name. The
 * place outlives a lock and a reload in this tab's own storage, as its kind and an id, never with a word
 * of what was read or typed; signing out forgets it.
 */
import type { LinkForm } from './link-form.ts';

/** A link that was just made; later the lists know it. */
export interface Made {
  readonly url: string;
  readonly closesAt: number;
  readonly label: string;
  readonly uses: number;
  readonly template: string;
}

export type Place =
  | { at: 'lists' }
  | { at: 'maker'; form: LinkForm | null }
  | { at: 'ready'; id: string; made: Made | null }
  | { at: 'submission'; id: string }
  | { at: 'templates' }
  | { at: 'template'; id: string }
  | { at: 'settings' };

type Inside = Exclude<Place, { at: 'lists' }>;

const KEY = 'dewdrop place';

export class View {
  place: Place = $state.raw(placeOf(history.state));

  go(place: Inside): void {
    if (this.place.at === 'lists') history.pushState({ desk: 'inside' }, '');
    this.place = place;
    remember(place);
    scrollTo(0, 0);
  }

  back(): void {
    history.back();
  }

  readonly popped = ({ state }: PopStateEvent): void => {
    this.place = placeOf(state);
    scrollTo(0, 0);
  };
}

export function forgetPlace(): void {
  sessionStorage.removeItem(KEY);
}

function remember(place: Inside): void {
  const kept = 'id' in place ? { at: place.at, id: place.id } : { at: place.at };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

/** The place that this step of the history stands for. */
function placeOf(state: unknown): Place {
  const inside = typeof state === 'object' && state !== null && 'desk' in state;
  return (inside && placeIn(sessionStorage.getItem(KEY))) || { at: 'lists' };
}

export function placeIn(kept: string | null): Place | null {
  const [, at, id] = /^\{"at":"([a-z]+)"(?:,"id":"([A-Za-z0-9_-]{1,64})")?\}$/.exec(kept ?? '') ?? [];
  if (at === 'maker') return { at, form: null };
  if (at === 'settings' || at === 'templates') return { at };
  if (at === 'template' && id !== undefined) return { at, id };
  if (at === 'submission' && id !== undefined) return { at, id };
  if (at === 'ready' && id !== undefined) return { at, id, made: null };
  return null;
}
