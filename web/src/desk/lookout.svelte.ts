/**
 * Looks out as long as someone is signed in: counts what wants a look, for the tab's title, and gives a sign
 * when something arrived or is about to go unsaved. While the desk is locked it listens by itself and knows
 * times and counts alone, nothing that has to be opened to be read.
 */
import * as api from '../api/desk.ts';
import { receivedFrom } from './facts.ts';
import { endsSession } from './failure.ts';
import { follow, thisNetwork } from './feed.ts';
import { type Received, wantsLook } from './lists.ts';
import { look, type Seen } from './news.ts';
import { type DeskSettings, UNSET } from './settings.ts';
import { give } from './sign.ts';

const TICK_MS = 30_000;

export class Lookout {
  count = $state(0);
  settings: DeskSettings = $state.raw(UNSET);
  /** While it listens alone; null until the first answer. */
  #rows: readonly Received[] | null = null;
  #seen: Seen | null = null;
  #alone: (() => void) | null = null;
  readonly #ended: () => void;

  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** What lies on the desk, whoever fetched it. */
  sees(rows: readonly Received[], now: number): void {
    this.count = wantsLook(rows, now);
    const { seen, news } = look(this.#seen, rows, now);
    this.#seen = seen;
    give(news, this.settings);
  }

  /** The desk is locked: from now on it fetches by itself. */
  listensAlone(): void {
    if (this.#alone !== null) return;
    const tick = setInterval(() => this.#look(), TICK_MS);
    const leave = follow(thisNetwork(api.listen), {
      heard: (event) => {
        if (event.kind === 'submission' && event.state !== 'receiving') void this.#fetch();
      },
      connected: () => void this.#fetch(),
    });
    this.#alone = () => {
      clearInterval(tick);
      leave();
    };
  }

  /** The open desk tells it what it fetched. */
  listensAlong(): void {
    this.#alone?.();
    this.#alone = null;
    this.#rows = null;
  }

  /** Nobody is signed in. */
  forgets(): void {
    this.listensAlong();
    this.#seen = null;
    this.settings = UNSET;
    this.count = 0;
  }

  async #fetch(): Promise<void> {
    try {
      const { submissions } = await api.getSubmissions();
      if (this.#alone === null) return;
      this.#rows = submissions.map((record) =>
        receivedFrom({ record, label: null, refusal: null }, undefined, () => ''),
      );
      this.#look();
    } catch (error) {
      if (this.#alone !== null && endsSession(error)) this.#ended();
    }
  }

  #look(): void {
    if (this.#rows !== null) this.sees(this.#rows, Math.floor(Date.now() / 1000));
  }
}
