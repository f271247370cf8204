/**
 * A voice or video note, recorded in this browser: asked for, counted while it runs, kept or thrown away.
 * Nothing of it leaves the page before the reply is sent; microphone and camera are let go at once.
 */
export type Kind = 'audio' | 'video';

export type RecorderState =
  | { is: 'idle' }
  | { is: 'asking'; kind: Kind }
  | { is: 'running'; kind: Kind; seconds: number; stream: MediaStream }
  | { is: 'refused'; kind: Kind; why: Refusal };

/** `taken`: another program holds it. `unable`: this browser records nothing that all others play. */
export type Refusal = 'not-allowed' | 'none-here' | 'taken' | 'unable' | 'empty';

/** Longest note: what a person listens to, and far below what a reply may hold. */
export const MOST_SECONDS = { audio: 300, video: 90 } as const;

const WANTED: Readonly<Record<Kind, MediaStreamConstraints>> = {
  audio: { audio: true },
  video: { audio: true, video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' } },
};

/** MP4 plays everywhere; WebM is what the others can write. */
const ORDER: Readonly<Record<Kind, readonly string[]>> = {
  audio: ['audio/mp4', 'audio/webm', 'audio/ogg'],
  video: ['video/mp4', 'video/webm'],
};

/** What of the browser is needed, so that a test can stand in for it. */
export interface RecorderHost {
  readonly ask: (wanted: MediaStreamConstraints) => Promise<MediaStream>;
  readonly supports: (type: string) => boolean;
  readonly recorder: (stream: MediaStream, options: MediaRecorderOptions) => MediaRecorder;
  /** Calls once a second; gives what ends that. */
  readonly seconds: (tick: () => void) => () => void;
}

export class Recorder {
  state: RecorderState = $state.raw({ is: 'idle' });
  readonly #host: RecorderHost;
  readonly #keep: (blob: Blob) => void;
  #running: { recorder: MediaRecorder; stream: MediaStream; quiet: () => void; kept: boolean } | null = null;
  /** A new one for each asking: what was asked for and then left is let go of when it comes. */
  #asked = {};

  constructor(keep: (blob: Blob) => void, host: RecorderHost = thisBrowser) {
    this.#keep = keep;
    this.#host = host;
  }

  async start(kind: Kind): Promise<void> {
    if (this.state.is === 'asking' || this.#running !== null) return;
    const type = ORDER[kind].find((one) => this.#host.supports(one));
    if (type === undefined) {
      this.state = { is: 'refused', kind, why: 'unable' };
      return;
    }
    const asked = (this.#asked = {});
    this.state = { is: 'asking', kind };
    try {
      const stream = await this.#host.ask(WANTED[kind]);
      if (asked === this.#asked) this.#run(kind, type, stream);
      else letGo(stream);
    } catch (error) {
      if (asked === this.#asked) this.state = { is: 'refused', kind, why: refusalOf(error) };
    }
  }

  /** Ends it and keeps what was recorded. */
  keep(): void {
    this.#end(true);
  }

  /** Ends it, and nothing of it stays. */
  drop(): void {
    this.#asked = {};
    if (this.#running === null) this.state = { is: 'idle' };
    else this.#end(false);
  }

  #run(kind: Kind, type: string, stream: MediaStream): void {
    const bits = kind === 'audio' ? { audioBitsPerSecond: 48_000 } : { videoBitsPerSecond: 1_000_000 };
    const recorder = this.#host.recorder(stream, { mimeType: type, ...bits });
    const pieces: Blob[] = [];
    const running = { recorder, stream, quiet: (): void => undefined, kept: true };
    recorder.ondataavailable = ({ data }) => void pieces.push(data);
    recorder.onerror = () => this.#end(true);
    recorder.onstop = () => this.#stopped(running, kind, type, pieces);
    this.#running = running;
    recorder.start(1000);
    this.state = { is: 'running', kind, seconds: 0, stream };
    running.quiet = this.#host.seconds(() => this.#tick());
  }

  #tick(): void {
    if (this.state.is !== 'running') return;
    const seconds = this.state.seconds + 1;
    this.state = { ...this.state, seconds };
    if (seconds >= MOST_SECONDS[this.state.kind]) this.#end(true);
  }

  #end(kept: boolean): void {
    const running = this.#running;
    if (running === null || running.recorder.state === 'inactive') return;
    running.kept = kept;
    running.quiet();
    running.recorder.stop();
  }

  #stopped(
    running: { stream: MediaStream; quiet: () => void; kept: boolean },
    kind: Kind,
    type: string,
    pieces: readonly Blob[],
  ): void {
    running.quiet();
    letGo(running.stream);
    this.#running = null;
    const blob = new Blob([...pieces], { type });
    if (running.kept && blob.size === 0) {
      this.state = { is: 'refused', kind, why: 'empty' };
      return;
    }
    this.state = { is: 'idle' };
    if (running.kept) this.#keep(blob);
  }
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function refusalOf(error: unknown): Refusal {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'not-allowed';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none-here';
    case 'NotReadableError':
    case 'AbortError':
      return 'taken';
    default:
      return 'unable';
  }
}

const thisBrowser: RecorderHost = {
  // Missing where the page was opened without https, and in some in-app browsers.
  ask: (wanted) => {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    return devices?.getUserMedia(wanted) ?? Promise.reject(new DOMException('', 'NotFoundError'));
  },
  supports: (type) => typeof MediaRecorder === 'function' && MediaRecorder.isTypeSupported(type),
  recorder: (stream, options) => new MediaRecorder(stream, options),
  seconds: (tick) => {
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  },
};
