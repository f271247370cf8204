/**
 * Jumps, and which picture then stands. An engine's `currentTime` says where it was sent, not what it shows;
 * `requestVideoFrameCallback` says when the picture began that is on the screen. Seconds.
 */

/** After this an engine that presents nothing new is believed: the same picture may stand again. */
const QUIET_MS = 400;
const ECHO = 0.0001;
const LONGEST_MS = 20_000;
/** So sure one can be of an engine's way: it is not forgotten for one word that is late. */
const MOST_ECHOES = 6;

export class Seeker {
  readonly #video: HTMLVideoElement;
  readonly #presented: (at: number) => void;
  #handle = 0;
  #left = false;
  /** When the picture that stands began; null until one was presented. */
  stands: number | null = null;
  /** Of how many jumps this engine said no more than where it was sent; others count against them. */
  #echoes = 0;
  #hears: ((at: number, since: number) => void) | null = null;

  /** `presented` is told of each picture that comes on the screen. */
  constructor(video: HTMLVideoElement, presented: (at: number) => void) {
    this.#video = video;
    this.#presented = presented;
    this.#listen();
  }

  #listen(): void {
    if (!('requestVideoFrameCallback' in this.#video)) return;
    this.#handle = this.#video.requestVideoFrameCallback((_, { mediaTime, presentationTime }) => {
      if (this.#left) return;
      this.stands = mediaTime;
      this.#hears?.(mediaTime, presentationTime);
      this.#presented(mediaTime);
      this.#listen();
    });
  }

  leave(): void {
    this.#left = true;
    if (this.#handle !== 0) this.#video.cancelVideoFrameCallback(this.#handle);
  }

  /** Whether this engine keeps to itself which picture stands after a jump; it jumps rightly all the same. */
  get echoes(): boolean {
    return this.#echoes > 1;
  }

  /**
   * Goes there; returns when the picture began that then came on the screen, null when none did. Of an engine
   * that echoes, whatever else it says was said of an earlier jump, and late.
   */
  async to(seconds: number): Promise<number | null> {
    const video = this.#video;
    const { echoes } = this;
    const echoed = (at: number) => Math.abs(at - seconds) < ECHO;
    let heard: number | null = null;
    const arrived = new Promise<void>((resolve) => {
      const late = setTimeout(resolve, LONGEST_MS);
      video.addEventListener('seeked', () => (clearTimeout(late), resolve()), { once: true });
    });
    const presents = new Promise<void>((resolve) => {
      this.#hears = (at, since) => {
        // What was on its way to the screen before is told late.
        if (since < begun) return;
        heard = at;
        if (!echoes || echoed(at)) resolve();
      };
    });
    const begun = performance.now();
    video.currentTime = seconds;
    await arrived;
    await Promise.race([presents, new Promise((resolve) => setTimeout(resolve, QUIET_MS))]);
    this.#hears = null;
    const said = heard as number | null;
    if (said === null) return null;
    this.#echoes = echoed(said) ? Math.min(this.#echoes + 1, MOST_ECHOES) : Math.max(this.#echoes - 2, 0);
    return echoes && !echoed(said) ? null : said;
  }
}
