/** Seconds until one may try again, counting down on screen. */
export class Wait {
  left = $state(0);
  #timer: ReturnType<typeof setInterval> | null = null;

  begin(seconds: number): void {
    this.stop();
    const until = Date.now() + seconds * 1000;
    this.left = seconds;
    this.#timer = setInterval(() => {
      this.left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.left === 0) this.stop();
    }, 250);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.left = 0;
  }
}
