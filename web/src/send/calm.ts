/**
 * A delivery's state as it is shown: what waits goes on waiting until a byte has moved. Each try in between
 * is a state of its own, and would make the words flicker and be read out again and again.
 */
import type { SendingState } from '../transfer/sending.ts';

export class Calm {
  #stuckAt: number | null = null;

  /** `sent`: acknowledged bytes by now. */
  shown(told: SendingState, sent: number): SendingState {
    if (told === 'waiting') this.#stuckAt ??= sent;
    else if (told !== 'sending') this.#stuckAt = null;
    return this.#stuckAt === null ? told : 'waiting';
  }

  /** True when bytes have moved again since it waited. */
  moved(sent: number): boolean {
    if (this.#stuckAt === null || sent === this.#stuckAt) return false;
    this.#stuckAt = null;
    return true;
  }
}
