/**
 * Plaintext on its way to the service worker, over a port of its own: whole files, a piece for each that is
 * asked for, and stretches for a player. What went wrong is told as such, so that a download fails instead of
 * ending early.
 */
import type { Bytes } from '../../sealed/bytes.ts';
import { release } from '../../sealed/release.ts';
import { Cancelled } from '../control.ts';
import { SavingError } from '../desk.ts';
import type { Reading } from './reading.ts';
import type { Sink } from './sink.ts';

/** What the service worker says about an answer: how it is called and what it may be shown as. */
export interface About {
  /** Sniffed; the service worker shows nothing else than pictures, sounds and films. */
  readonly type: string;
  /** A safe name. */
  readonly name: string;
  readonly size: number;
  /** To be saved in one go, not read here and there. */
  readonly whole: boolean;
}

export type ToHand =
  { readonly pull: true } | { readonly from: number; readonly to: number } | { readonly cancel: true };

export type Handed =
  | { readonly owner: false }
  | { readonly about: About }
  | { readonly bytes: Bytes }
  | { readonly end: true }
  | { readonly error: true };

/** Bytes of one message. */
const PIECE = 1024 * 1024;

/** A download: nothing is sent before it is pulled, and what is pulled is held by nobody else. */
export class PortSink implements Sink {
  readonly #port: MessagePort;
  /** How many pieces are asked for and were not sent. */
  #pulled = 0;
  #wake = (): void => undefined;
  #over = false;

  /** `cancelled`: the browser wants no more of it, before it was over. */
  constructor(port: MessagePort, about: About, cancelled: () => void) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<ToHand>) => {
      if ('pull' in data) this.#pulled += 1;
      if ('cancel' in data && !this.#over) {
        this.#over = true;
        cancelled();
      }
      this.#wake();
    };
    tell(port, { about });
  }

  async write(bytes: Bytes): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.#asked();
      const piece = bytes.slice(at, at + PIECE);
      tell(this.#port, { bytes: piece }, [piece.buffer]);
    }
    release([bytes]);
  }

  /** The last chunk was verified: only now it may end. */
  async finish(): Promise<null> {
    await this.#asked();
    this.#over = true;
    tell(this.#port, { end: true });
    return null;
  }

  discard(): Promise<void> {
    if (!this.#over) tell(this.#port, { error: true });
    this.stop();
    return Promise.resolve();
  }

  /** Nobody is there any more to hand anything to. */
  stop(): void {
    this.#over = true;
    this.#wake();
  }

  async #asked(): Promise<void> {
    while (this.#pulled === 0 && !this.#over) await new Promise<void>((wake) => (this.#wake = wake));
    if (this.#over) throw new Cancelled();
    this.#pulled -= 1;
  }
}

/** Answers one request of a player: stretches of a reading, until the port is told to stop. */
export function serve(
  port: MessagePort,
  about: About,
  reading: Reading,
  failed: (why: SavingError) => void,
): void {
  const ending = new AbortController();
  port.onmessage = ({ data }: MessageEvent<ToHand>) => {
    if ('cancel' in data) {
      ending.abort();
      port.close();
    }
    if (!('from' in data)) return;
    reading.read(data.from, data.to, ending.signal).then(
      (bytes) => tell(port, { bytes }, [bytes.buffer]),
      (error: unknown) => {
        tell(port, { error: true });
        if (error instanceof SavingError && error.reason !== 'cancelled') failed(error);
      },
    );
  };
  tell(port, { about });
}

export function tell(port: MessagePort, message: Handed, transfer: Transferable[] = []): void {
  port.postMessage(message, transfer);
}
