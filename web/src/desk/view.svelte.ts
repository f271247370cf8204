/**
 * Where one is inside the open desk. Each place but the lists is one step of the browser's history, so
 * that Back, the phone's gesture included, leads to the lists. The history holds no id and no name.
 */
import type { MadeLink } from '../transfer/desk.ts';
import type { LinkForm } from './link-form.ts';

export type Place =
  | { at: 'lists' }
  | { at: 'maker'; form: LinkForm | null }
  | { at: 'ready'; link: Pick<MadeLink, 'url' | 'closes_at'>; label: string; uses: number }
  | { at: 'submission'; id: string };

export class View {
  place: Place = $state.raw({ at: 'lists' });

  go(place: Exclude<Place, { at: 'lists' }>): void {
    if (this.place.at === 'lists') history.pushState({ desk: 'inside' }, '');
    this.place = place;
    scrollTo(0, 0);
  }

  back(): void {
    history.back();
  }

  readonly popped = (): void => {
    this.place = { at: 'lists' };
    scrollTo(0, 0);
  };
}
