/** Keeps the screen on while something is sent: phones suspend a page as soon as it goes dark. */
export class Awake {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  /** Whether the screen is being kept on right now, as far as is known. */
  get held(): boolean {
    return this.#lock !== null && !this.#lock.released;
  }

  async hold(): Promise<void> {
    if (!this.#wanted) document.addEventListener('visibilitychange', this.#again);
    this.#wanted = true;
    await this.#take();
  }

  release(): void {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#again);
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  /** The browser takes the lock away when the page is hidden; seen again, it is asked for again. */
  readonly #again = () => {
    if (document.visibilityState === 'visible') void this.#take();
  };

  async #take(): Promise<void> {
    if (!this.#wanted || this.held || !('wakeLock' in navigator)) return;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      if (!this.#wanted) this.release();
    } catch {
      // Refused on a low battery: the page says to keep it open anyway.
      this.#lock = null;
    }
  }
}
