/**
 * Two films that run as one: each is set to its own moment, from then on the second follows the first by the
 * same distance, step by step and while they run.
 */
import { Deck } from './deck.svelte.ts';

/** Seconds that two films may drift apart before the second one jumps. */
const APART = 0.08;

/** Where the second one belongs; null when it has no picture for that moment. */
export function follows(first: number, distance: number, duration: number): number | null {
  const at = first + distance;
  return at >= 0 && at <= duration ? at : null;
}

/** Whether it has to jump to get there. */
export function strayed(at: number, belongs: number): boolean {
  return Math.abs(at - belongs) > APART;
}

export class Pair {
  readonly first = new Deck();
  readonly second = new Deck();
  together = $state(false);
  readonly playing = $derived(this.first.playing || this.second.playing);
  /** Seconds that the second one is ahead. */
  #distance = 0;

  join(): void {
    this.pause();
    this.#distance = this.second.at - this.first.at;
    this.together = true;
  }

  part(): void {
    this.pause();
    this.together = false;
  }

  pause(): void {
    this.first.pause();
    this.second.pause();
  }

  async toggle(): Promise<void> {
    if (this.playing) return this.pause();
    await this.#leads();
    await Promise.all([this.first.play(), this.#belongs() === null ? null : this.second.play()]);
  }

  async step(pictures: number): Promise<void> {
    this.pause();
    await this.first.step(pictures);
    await this.#leads();
  }

  async seek(seconds: number): Promise<void> {
    await this.first.seek(seconds);
    await this.#leads();
  }

  setSpeed(speed: number): void {
    this.first.setSpeed(speed);
    this.second.setSpeed(speed);
  }

  /** While both run; to be asked whenever the first one shows something new. */
  keepsUp(): void {
    const belongs = this.#belongs();
    if (!this.together || !this.first.playing) return;
    if (belongs === null) this.second.pause();
    else if (!this.second.playing) void this.#resumes();
    else if (!this.second.busy && strayed(this.second.at, belongs)) void this.second.seek(belongs);
  }

  async #resumes(): Promise<void> {
    await this.#leads();
    if (this.first.playing) await this.second.play();
  }

  #belongs(): number | null {
    return follows(this.first.at, this.#distance, this.second.duration);
  }

  async #leads(): Promise<void> {
    const belongs = this.#belongs();
    if (belongs !== null) await this.second.seek(belongs);
  }
}
