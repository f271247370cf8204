/**
 * Workers that seal: two side by side where the cipher is ours, for one alone is slower than a disk; one
 * where the browser ciphers beside it. They are nested in the upload worker, which makes the key of a file,
 * hands it to them and zeroes its own copy. Where they can not be started, the same sealing runs in the
 * upload worker itself.
 */
import { newFileKey } from '../sealed/age.ts';
import { type Bytes, concat, randomBytes } from '../sealed/bytes.ts';
import { NONCE, sealedSize } from '../sealed/ranges.ts';
import type { Spoken } from './heard.ts';
import type { FromSealer, ToSealer } from './sealer-worker.ts';
import { release } from '../sealed/release.ts';
import { PieceSealer, pieceCount } from './sealer.ts';
import { type PickedFile, SendingError } from './sending.ts';
import { Source } from './source.ts';
import { startWorker } from './trusted.ts';

/** By this name the upload worker's script knows that it is to seal: one script, fetched once. */
export const SEALER = 'dewdrop sealer';
const WORKERS = 2;
/** Pieces that one worker holds at a time: one being sealed, the next being read. */
const IN_FLIGHT = 2;
/** Milliseconds after which workers that say nothing are not waited for. */
const PATIENCE = 10_000;
/** Pieces' memory that waits to be used again, at most. */
const SPARE = 2;

/** One file while it is sealed. */
export interface SealingOf {
  /** Header and nonce. */
  readonly head: Bytes;
  /** F. */
  readonly size: number;
  /** How many pieces there are. */
  readonly pieces: number;
  /** Sealed bytes of the index-th piece. Each is given once; throws SendingError, RangeError. */
  piece(index: number): Promise<Bytes>;
  /**
   * A piece that was sealed before. It may be another plaintext by now, under the same key and nonces: only
   * for comparing its tags with those of the first time before a byte of it leaves (journal.ts).
   */
  again(index: number): Promise<Bytes>;
  /** Gives the memory of a piece back, for another. */
  spent(piece: Bytes): void;
  /** Forgets the key everywhere. */
  end(): void;
}

/** As `Sealers.begin`; tests bring their own. */
export type BeginSealing = (picked: PickedFile, index: number, recipient: string) => Promise<SealingOf>;

export type SealerPort = Spoken<ToSealer, FromSealer>;

interface Wanted {
  readonly id: number;
  readonly index: number;
  readonly again: boolean;
  readonly resolve: (sealed: Bytes) => void;
  readonly reject: (error: Error) => void;
}

interface Hand {
  readonly port: SealerPort;
  readonly doing: Wanted[];
}

export class Sealers {
  #hands: readonly Hand[] = [];
  #queue: Wanted[] = [];
  #nextId = 0;
  #spare: ArrayBuffer[] = [];
  readonly #started: Promise<boolean>;

  /** `start` makes one worker; it may throw. */
  constructor(start: () => SealerPort = startNested) {
    this.#started = this.#starts(start);
  }

  /** Whether workers seal; otherwise it is done here. */
  get apart(): Promise<boolean> {
    return this.#started.then(() => this.#hands.length > 0);
  }

  /** A new key for a file. `index` is what errors name it by; `recipient` is the link's. */
  async begin(picked: PickedFile, index: number, recipient: string): Promise<SealingOf> {
    const source = new Source(picked, index);
    const { header, key } = await newFileKey(recipient);
    const nonce = randomBytes(NONCE);
    const head = concat(header, nonce);
    const what = { head, size: sealedSize(head.length, source.size), pieces: pieceCount(source.size) };
    if (!(await this.apart)) {
      const sealer = await PieceSealer.begin(source, key, nonce);
      return {
        ...what,
        piece: (n) => sealer.piece(n, false, this.#spare.pop()),
        again: (n) => sealer.piece(n, true, this.#spare.pop()),
        spent: (piece) => this.#spent(piece),
        end: () => sealer.end(),
      };
    }
    const id = this.#nextId++;
    for (const { port } of this.#hands) port.postMessage({ kind: 'begin', id, picked, key, nonce });
    key.fill(0);
    const begun = new Set<number>();
    const wants = (n: number, again: boolean) =>
      this.#wants(id, n, again).catch((error: unknown) => Promise.reject(named(error, index)));
    return {
      ...what,
      piece: async (n) => {
        if (begun.has(n)) throw new RangeError('a piece is sealed once');
        begun.add(n);
        return wants(n, false);
      },
      again: (n) => wants(n, true),
      spent: (piece) => this.#spent(piece),
      end: () => this.#ends(id),
    };
  }

  /** Ends the workers, and with them every key. */
  close(): void {
    this.#fall(new SendingError('cancelled'));
  }

  async #starts(start: () => SealerPort): Promise<boolean> {
    const ports: SealerPort[] = [];
    try {
      for (let alone = false; !alone && ports.length < WORKERS;) {
        const port = start();
        ports.push(port);
        alone = await isReady(port);
      }
    } catch {
      for (const port of ports) port.terminate();
      return false;
    }
    this.#hands = ports.map((port) => ({ port, doing: [] }));
    for (const hand of this.#hands) {
      hand.port.onmessage = ({ data }) => this.#heard(hand, data);
      // What it was sealing may be half done: nobody else may seal that again.
      hand.port.onerror = (event) => {
        event.preventDefault();
        this.#fall(new SendingError('no-worker', { cause: event.message }));
      };
    }
    return true;
  }

  #wants(id: number, index: number, again: boolean): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      if (this.#hands.length === 0) return reject(new SendingError('no-worker'));
      this.#queue.push({ id, index, again, resolve, reject });
      this.#spread();
    });
  }

  /** To whoever has the least to do. */
  #spread(): void {
    for (;;) {
      const [free] = [...this.#hands].sort((a, b) => a.doing.length - b.doing.length);
      if (free === undefined || free.doing.length >= IN_FLIGHT) return;
      const next = this.#queue.shift();
      if (next === undefined) return;
      free.doing.push(next);
      const { id, index, again } = next;
      const memory = this.#spare.pop();
      free.port.postMessage({ kind: 'piece', id, index, again, memory }, memory ? [memory] : []);
    }
  }

  #spent(piece: Bytes): void {
    if (this.#spare.length < SPARE) this.#spare.push(piece.buffer);
    else release([piece]);
  }

  #heard({ doing }: Hand, message: FromSealer): void {
    if (message.kind === 'ready') return;
    const at = doing.findIndex(({ id, index }) => id === message.id && index === message.index);
    const [done] = at < 0 ? [] : doing.splice(at, 1);
    this.#spread();
    if (message.kind === 'sealed') done?.resolve(message.sealed);
    else done?.reject(new SendingError(message.reason, { cause: message.detail }));
  }

  /** What of it is in the hands of a worker is still answered: with what was sealed, or that it ended. */
  #ends(ended: number): void {
    const left = this.#queue.filter(({ id }) => id === ended);
    this.#queue = this.#queue.filter(({ id }) => id !== ended);
    for (const { port } of this.#hands) port.postMessage({ kind: 'end', id: ended });
    for (const { reject } of left) reject(new RangeError('sealing has ended'));
  }

  #fall(error: SendingError): void {
    const hands = this.#hands;
    const left = [...hands.flatMap(({ doing }) => doing), ...this.#queue];
    this.#hands = [];
    this.#queue = [];
    for (const { port } of hands) port.terminate();
    for (const { reject } of left) reject(error);
  }
}

/** All pieces in order; while one is used, the `ahead` that follow it are sealed. */
export async function* inOrder(sealing: SealingOf, ahead: number): AsyncGenerator<Bytes> {
  const coming: Promise<Bytes>[] = [];
  for (let index = 0; index < sealing.pieces + ahead; index++) {
    if (index < sealing.pieces) {
      const piece = sealing.piece(index);
      // Looked at when its turn comes.
      piece.catch(() => undefined);
      coming.push(piece);
    }
    const next = index >= ahead ? coming.shift() : undefined;
    if (next !== undefined) yield await next;
  }
}

/** The script that runs here, once more, under another name. */
function startNested(): SealerPort {
  return startWorker(location.href, SEALER) as unknown as SealerPort;
}

/** Settles with its first word: whether it needs no other beside it. */
function isReady(port: SealerPort): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const enough = setTimeout(() => reject(new Error('a sealing worker says nothing')), PATIENCE);
    port.onmessage = ({ data }) => {
      clearTimeout(enough);
      resolve(data.kind === 'ready' && data.alone);
    };
    port.onerror = (event) => {
      event.preventDefault();
      clearTimeout(enough);
      reject(new Error(event.message));
    };
  });
}

function named(error: unknown, file: number): unknown {
  if (error instanceof SendingError) return new SendingError(error.reason, { file, cause: error.cause });
  return error;
}
