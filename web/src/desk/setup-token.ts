// The set-up address: `/desk/#setup.TOKEN`. The token leaves the address bar at once and waits in
// sessionStorage, so that a reload of the set-up page goes on, and a screenshot or a shared address
// gives nothing away.

const KEPT = 'dewdrop.setup';
const FORM = /^#setup\.([A-Za-z0-9_-]{43})$/;

export interface Place {
  hash: string;
  clean: () => void;
  kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export function takeSetupToken(place: Place): string | null {
  const found = FORM.exec(place.hash)?.[1];
  if (found !== undefined) place.kept.setItem(KEPT, found);
  if (place.hash !== '') place.clean();
  return found ?? place.kept.getItem(KEPT);
}

export function forgetSetupToken(place: Pick<Place, 'kept'>): void {
  place.kept.removeItem(KEPT);
}

/** The page this browser shows. */
export const here = (): Place => ({
  hash: location.hash,
  clean: () => history.replaceState(history.state, '', location.pathname),
  kept: sessionStorage,
});
