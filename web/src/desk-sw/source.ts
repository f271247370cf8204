/**
 * Where an answer comes from: the page that owns the address, asked over a channel of its own. Nothing is kept
 * here, no key and no name: a service worker that was killed asks again.
 */
import type { About, Handed, ToHand } from '../transfer/desk/handing.ts';
import type { Asking } from './scope.ts';

/** Within it a page says whether the address is its own. */
const PATIENCE_MS = 10_000;

export class Source {
  readonly about: About;
  readonly #port: MessagePort;
  #heard: (message: Handed) => void = () => undefined;
  #broken = false;
  /** Told when the page ends it, also while nobody asks for anything. */
  broke = (): void => undefined;

  private constructor(port: MessagePort, about: About) {
    this.#port = port;
    this.about = about;
    port.onmessage = ({ data }: MessageEvent<Handed>) => {
      this.#broken ||= 'error' in data;
      this.#heard(data);
      if (this.#broken) this.broke();
    };
  }

  /** Null when no page knows the address. */
  static async found(pages: readonly Asking[], id: string): Promise<Source | null> {
    const asked = pages.map((page) => askedFor(page, id));
    const found = await Promise.any(asked).catch(() => null);
    return found && new Source(found.port, found.about);
  }

  /** Throws when there is nothing to be had. */
  async bytes(from: number, to: number): Promise<Uint8Array> {
    const answer = await this.#asks({ from, to });
    if ('bytes' in answer && answer.bytes.length === to - from + 1) return answer.bytes;
    throw new Error('not to be read');
  }

  /** The next piece of all; null behind the last. Throws when the end is not the end. */
  async next(): Promise<Uint8Array | null> {
    const answer = await this.#asks({ pull: true });
    if ('bytes' in answer) return answer.bytes;
    if ('end' in answer) return null;
    throw new Error('cut off');
  }

  cancel(): void {
    this.#tell({ cancel: true });
    this.close();
  }

  close(): void {
    this.#port.close();
  }

  #asks(question: ToHand): Promise<Handed> {
    if (this.#broken) return Promise.resolve({ error: true });
    return new Promise((answered) => {
      this.#heard = answered;
      this.#tell(question);
    });
  }

  #tell(question: ToHand): void {
    this.#port.postMessage(question);
  }
}

function askedFor(page: Asking, id: string): Promise<{ port: MessagePort; about: About }> {
  const { port1: port, port2 } = new MessageChannel();
  return new Promise((found, none) => {
    const timer = setTimeout(() => none(new Error('no answer')), PATIENCE_MS);
    port.onmessage = ({ data }: MessageEvent<Handed>) => {
      clearTimeout(timer);
      if ('about' in data) found({ port, about: data.about });
      else none(new Error('not its own'));
    };
    page.postMessage({ stream: id }, [port2]);
  });
}
