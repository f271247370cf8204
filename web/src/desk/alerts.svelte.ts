/**
 * The trainer's alerts, as the server keeps them: where they go, when, and which way fails. Addresses are
 * forgotten when the desk locks. Without an answer nothing is known, and nothing is said to be well.
 */
import * as api from '../api/alerts.ts';
import type { Alerts, AlertsWish, Way, WayState } from '../api/alerts.ts';

export class OwnAlerts {
  known: Alerts | null = $state.raw(null);
  /** The last question was not answered. */
  away = $state(false);
  readonly failing: readonly WayState[] = $derived(
    this.known?.state.filter(({ failing_since }) => failing_since !== null) ?? [],
  );
  #asked = 0;

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const known = await api.getAlerts();
      if (asked === this.#asked) [this.known, this.away] = [known, false];
    } catch {
      if (asked === this.#asked) this.away = true;
    }
  }

  /** Throws Problem. */
  async keep(wish: AlertsWish): Promise<void> {
    this.#asked += 1;
    [this.known, this.away] = [await api.putAlerts(wish), false];
  }

  /** Throws Problem. How the way does is known anew, whether it went well or not. */
  async test(way: Way): Promise<void> {
    try {
      await api.testAlert(way);
    } finally {
      await this.refresh();
    }
  }

  forgets(): void {
    this.#asked += 1;
    [this.known, this.away] = [null, false];
  }
}
