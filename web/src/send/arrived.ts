/** What arrived from this tab: so that a reload of its last screen shows it again. */
import type { Delivered } from './kept.ts';

const KEY = 'dewdrop.arrived';

export function rememberArrived(delivered: Delivered): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(delivered));
  } catch {
    // Without a storage the screen is there until it is left.
  }
}

export function arrivedBefore(): Delivered | null {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? null : (JSON.parse(text) as Delivered);
  } catch {
    return null;
  }
}

export function forgetArrived(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // It was never there.
  }
}
