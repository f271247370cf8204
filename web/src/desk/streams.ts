/**
 * The page's side of the desk's service worker. Films and downloads get addresses that nobody can guess; when
 * the browser asks for one, the port that came with the question is handed to whoever can answer it. Where a
 * service worker does not come up, `ready` says so and everything goes another way.
 */
import { randomBytes, toBase64url } from '../sealed/bytes.ts';
import { registerServiceWorker } from '../transfer/trusted.ts';

/** So long a service worker may take to come up. */
const COMES_UP_MS = 10_000;
/** So long its first bytes may take: 256 KiB through 100 kbit/s. */
const PROVES_MS = 30_000;
/** A browser kills one that was not asked anything for half a minute. */
const PING_MS = 20_000;
/** As many questions without an answer mean that it is gone for good. */
const MOST_UNHEARD = 3;

/** One address. */
export interface Stream {
  readonly url: string;
  readonly remove: () => void;
}

export class Streams {
  readonly #container: ServiceWorkerContainer | undefined;
  readonly #takers = new Map<string, (port: MessagePort) => void>();
  readonly #pongs = new Map<string, (runs: boolean) => void>();
  #ready: Promise<boolean> | null = null;

  constructor(container: ServiceWorkerContainer | undefined = globalThis.navigator?.serviceWorker) {
    this.#container = container;
  }

  /** Whether the service worker runs and this page is its. Asked anew after it did not come up. */
  async ready(): Promise<boolean> {
    this.#ready ??= this.#comesUp().catch(() => false);
    const ready = await this.#ready;
    if (!ready || !this.#container?.controller) this.#ready = null;
    return ready;
  }

  /** `take` is called with a port for each request. */
  add(take: (port: MessagePort) => void): Stream {
    const id = toBase64url(randomBytes(16));
    this.#takers.set(id, take);
    return { url: `/desk/stream/${id}`, remove: () => void this.#takers.delete(id) };
  }

  /** Whether a stream is answered as a player needs it: the first two bytes of `size`. */
  async proves({ url }: Stream, size: number): Promise<boolean> {
    try {
      const answer = await fetch(url, {
        headers: { Range: 'bytes=0-1' },
        signal: AbortSignal.timeout(PROVES_MS),
      });
      const bytes = await answer.arrayBuffer();
      const stated = answer.headers.get('Content-Range');
      return answer.status === 206 && bytes.byteLength === 2 && stated === `bytes 0-1/${String(size)}`;
    } catch {
      return false;
    }
  }

  /** Keeps the service worker alive as long as it hands over `url`; `lost` when it does so no more. */
  watches(url: string, lost: () => void): () => void {
    const id = url.slice(url.lastIndexOf('/') + 1);
    let unheard = 0;
    this.#pongs.set(id, (runs) => {
      unheard = 0;
      if (!runs) lost();
    });
    const timer = setInterval(() => {
      if (++unheard > MOST_UNHEARD) return lost();
      this.#container?.controller?.postMessage({ ping: id });
    }, PING_MS);
    return () => {
      clearInterval(timer);
      this.#pongs.delete(id);
    };
  }

  async #comesUp(): Promise<boolean> {
    const container = this.#container;
    if (container === undefined) return false;
    container.addEventListener('message', (event) => this.#heard(event));
    container.startMessages();
    const controlled = new Promise<boolean>((is) => {
      if (container.controller) return is(true);
      container.addEventListener('controllerchange', () => is(true), { once: true });
      setTimeout(() => is(false), COMES_UP_MS);
    });
    const { active } = await registerServiceWorker(container);
    if (!container.controller) active?.postMessage('claim');
    return controlled;
  }

  #heard({ data, ports }: MessageEvent<unknown>): void {
    const [port] = ports;
    if (isAsked(data) && port !== undefined) {
      const take = this.#takers.get(data.stream);
      if (take === undefined) port.postMessage({ owner: false });
      else take(port);
    } else if (isPong(data)) this.#pongs.get(data.pong)?.(data.runs);
  }
}

function isAsked(data: unknown): data is { stream: string } {
  return typeof data === 'object' && data !== null && 'stream' in data && typeof data.stream === 'string';
}

function isPong(data: unknown): data is { pong: string; runs: boolean } {
  return typeof data === 'object' && data !== null && 'pong' in data && 'runs' in data;
}
