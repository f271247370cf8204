/**
 * One film in the player: what stands, how it runs, how it lies on the screen. It drives a `<video>` that is
 * given to it, and is what buttons, keys and fingers speak to.
 */
import type { Frames } from './frames.ts';
import { back, type End, type Loop, lost, NO_LOOP, withA, withB } from './loop.ts';
import { after, before } from './neighbours.ts';
import { Seeker } from './seeker.ts';
import { FINE, speedOf, stepped } from './speed.ts';
import { PLAIN, type Size, type View } from './view.ts';

const FIRST_GAP = 1 / 60;
/** Where neither film nor engine say anything of pictures. */
const BLIND_GAP = 1 / 30;
/** Engines that show another picture than the one they were sent to are sent anew so many times. */
const MOST_TRIES = 4;
/** Into the picture that begins there, not to its very edge. */
const NEAR = 0.001;

export class Deck {
  #stood = $state(0);
  #goal = $state<number | null>(null);
  /**
   * When the picture began that stands, in seconds; while a step or a jump is on its way, the one that it leads
   * to: what is asked for next counts from there.
   */
  readonly at = $derived(this.#goal ?? this.#stood);
  duration = $state(0);
  playing = $state(false);
  speed = $state(1);
  loop = $state.raw<Loop>(NO_LOOP);
  /** The end of the loop that was let go, because what was set last does not fit to it. */
  lost = $state.raw<End | null>(null);
  view = $state.raw<View>(PLAIN);
  film = $state.raw<Size>({ width: 0, height: 0 });
  frames = $state.raw<Frames | null>(null);
  /** By how much the engine's clock of this film is ahead of the film's own. */
  drift = $state(0);
  /** That picture, from 0; null when the film does not number them. */
  readonly frame = $derived(this.frames === null ? null : this.frames.named(this.at - this.drift));
  #video: HTMLVideoElement | null = null;
  #seeker: Seeker | null = null;
  #gap = FIRST_GAP;
  /** Steps and jumps, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = $state(0);
  /** Counts the jumps: of several only the last is made. */
  #jumps = 0;

  /** For `{@attach}`. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    video.preservesPitch = false;
    const seeker = new Seeker(video, (at) => this.#presented(at));
    this.#seeker = seeker;
    const on = <Name extends keyof HTMLMediaElementEventMap>(name: Name, then: () => void) => {
      video.addEventListener(name, then);
      return () => video.removeEventListener(name, then);
    };
    const offs = [
      on('loadedmetadata', () => this.#measured()),
      on('resize', () => this.#measured()),
      on('durationchange', () => this.#measured()),
      on('play', () => (this.playing = true)),
      on('pause', () => (this.playing = false)),
      on('ended', () => this.#ended()),
      on('timeupdate', () => this.#ticked()),
    ];
    return () => {
      seeker.leave();
      for (const off of offs) off();
      this.#video = this.#seeker = null;
      this.playing = false;
    };
  };

  #measured(): void {
    const video = this.#video;
    if (!video) return;
    this.film = { width: video.videoWidth, height: video.videoHeight };
    this.duration = Number.isFinite(video.duration) ? video.duration : 0;
  }

  #presented(at: number): void {
    const video = this.#video;
    if (!video) return;
    const { frames } = this;
    this.#stood = frames ? frames.begins(frames.named(at - this.drift)) + this.drift : at;
    this.#compares();
    // Whoever just jumped is not taken back to where a loop begins.
    if (this.playing && !this.busy) this.#loops(at);
  }

  /** When its pictures come, once that was read. */
  numbered(frames: Frames | null): void {
    this.frames = frames;
    this.#compares();
  }

  /** The first picture tells whether the engine counts as the film does. */
  #compares(): void {
    const stands = this.#seeker?.stands ?? null;
    if (this.frames && stands !== null && this.#video?.currentTime === 0) {
      this.drift = stands - this.frames.begins(0);
    }
  }

  /** For engines that tell nothing of single pictures. */
  #ticked(): void {
    const video = this.#video;
    if (!video || this.#seeker?.stands !== null) return;
    this.#stood = video.currentTime;
    if (this.playing && !this.busy) this.#loops(video.currentTime);
  }

  #loops(at: number): void {
    const to = back(this.loop, at, this.duration);
    if (to !== null && this.#video) this.#video.currentTime = this.#inside(to + NEAR);
  }

  #ended(): void {
    if (this.loop.a === null || !this.#video) return void (this.playing = false);
    this.#video.currentTime = this.#inside(this.loop.a + NEAR);
    void this.play();
  }

  async play(): Promise<void> {
    const video = this.#video;
    if (!video) return;
    if (video.ended) video.currentTime = this.loop.a ?? 0;
    video.playbackRate = this.speed;
    // A page may play only after it was touched; what is refused stays paused.
    await video.play().catch(() => undefined);
  }

  pause(): void {
    this.#video?.pause();
  }

  toggle(): void {
    if (this.#video?.paused) void this.play();
    else this.pause();
  }

  setSpeed(speed: number): void {
    this.speed = speedOf(speed);
    if (this.#video) this.#video.playbackRate = this.speed;
  }

  changeSpeed(up: boolean, fine: boolean): void {
    this.setSpeed(fine ? this.speed + (up ? FINE : -FINE) : stepped(this.speed, up));
  }

  setA(): void {
    this.#loopsBy(withA(this.loop, this.at));
  }

  setB(): void {
    this.#loopsBy(withB(this.loop, this.#until()));
  }

  noLoop(): void {
    this.#loopsBy(NO_LOOP);
  }

  #loopsBy(loop: Loop): void {
    this.lost = loop === NO_LOOP ? null : lost(this.loop, loop);
    this.loop = loop;
  }

  /** When the picture goes that stands. */
  #until(): number {
    return this.frames && this.frame !== null ? this.frames.until(this.frame) + this.drift : this.at;
  }

  /** Jumps; what was asked for in between is left out. */
  seek(seconds: number): Promise<void> {
    const to = this.#inside(seconds);
    return this.#jump(this.frames ? this.frames.named(to - this.drift) : null, to);
  }

  /** So many pictures ahead or back; every one that is asked for counts. Stops a film that runs. */
  step(pictures: number): Promise<void> {
    this.pause();
    const { frames } = this;
    if (!frames) return this.#feels(pictures);
    const from = frames.named(this.at - this.drift);
    const to = frames.inside(from + pictures);
    return to === from ? this.settled() : this.#jump(to, 0);
  }

  #jump(frame: number | null, seconds: number): Promise<void> {
    const { frames } = this;
    this.#goal = frames && frame !== null ? frames.begins(frame) + this.drift : seconds;
    const jump = ++this.#jumps;
    return this.#inTurn(async (seeker) => {
      if (jump === this.#jumps) await this.#goes(seeker, frame, seconds);
    });
  }

  /** Steps where no pictures are numbered: each is found by looking. */
  #feels(pictures: number): Promise<void> {
    const ahead = Math.sign(pictures);
    // A guess, until it is found.
    const gap = this.#seeker?.echoes ? BLIND_GAP : this.#gap;
    this.#goal = this.#inside(this.at + pictures * gap);
    const jump = this.#jumps;
    return this.#inTurn(async (seeker) => {
      const probe = async (seconds: number) =>
        (await seeker.to(this.#inside(seconds))) ?? seeker.stands ?? seconds;
      for (let n = 0; n < Math.abs(pictures) && jump === this.#jumps; n++) {
        const stood = seeker.stands ?? this.#stood;
        if (seeker.echoes) {
          this.#stood = await probe(stood + ahead * BLIND_GAP);
          continue;
        }
        const stands =
          ahead > 0 ? await after(stood, this.#gap, this.duration, probe) : await before(stood, probe);
        if (ahead > 0 && stands > stood) this.#gap = stands - stood;
        this.#stood = stands;
      }
    });
  }

  /** Whether steps or jumps are still on their way. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Once the picture stands that was asked for last. */
  async settled(): Promise<void> {
    let turn;
    do await (turn = this.#turn);
    while (turn !== this.#turn);
  }

  /** To a picture by its number, or where none are known to a moment. */
  async #goes(seeker: Seeker, frame: number | null, seconds: number): Promise<void> {
    const { frames } = this;
    if (!frames || frame === null) {
      this.#stood = (await seeker.to(seconds)) ?? seconds;
      return;
    }
    let to = frames.middle(frame) + this.drift;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stands = await seeker.to(this.#inside(to));
      // An engine that tells nothing is believed, and a film that runs has gone on.
      if (stands === null || this.playing) break;
      const shown = frames.named(stands - this.drift);
      if (shown === frame) break;
      to += frames.begins(frame) - frames.begins(shown);
    }
    this.#stood = frames.begins(frame) + this.drift;
  }

  /** To take its picture. */
  get video(): HTMLVideoElement | null {
    return this.#video;
  }

  #inside(seconds: number): number {
    return Math.max(0, Math.min(seconds, this.duration || seconds));
  }

  #inTurn(act: (seeker: Seeker) => Promise<void>): Promise<void> {
    this.#waiting += 1;
    const turn = this.#turn.then(async () => {
      try {
        if (this.#seeker) await act(this.#seeker);
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#goal = null;
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
