/**
 * Someone between the people and the server: forwards honestly until told otherwise, then rewrites
 * answers, refuses, holds requests back or cuts them off. What a hostile server could do, it does.
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server as Http,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** What is done to a request that matches; the first that matches counts. */
interface Trick {
  /** Of `METHOD /path`. */
  readonly when: RegExp;
  readonly before?: (request: IncomingMessage) => Promise<Answer | null>;
  readonly tears?: () => number | null;
  readonly after?: (answer: Answer, asked: string) => Promise<Answer> | Answer;
}

export interface Held {
  readonly came: Promise<void>;
  readonly release: () => void;
  readonly cut: () => void;
}

export class Between {
  readonly url: string;
  /** `METHOD /path` of all that came through. */
  readonly asked: string[] = [];
  readonly #http: Http;
  readonly #server: string;
  #tricks: Trick[] = [];
  readonly #ears: { readonly when: RegExp; readonly heard: Buffer[] }[] = [];

  private constructor(http: Http, url: string, server: string) {
    this.#http = http;
    this.url = url;
    this.#server = server;
    http.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      this.#passes(asked, answer).catch(() => answer.destroy());
    });
  }

  static async stands(server: string): Promise<Between> {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Between(http, `http://127.0.0.1:${address.port}`, server);
  }

  /** Rewrites the JSON of answers. */
  rewrites<Json>(when: RegExp, change: (json: Json, asked: string) => unknown): void {
    this.#tricks.push({
      when,
      after: (answer, asked) => {
        const changed = change(JSON.parse(answer.body.toString()) as Json, asked);
        return { ...answer, body: Buffer.from(JSON.stringify(changed)) };
      },
    });
  }

  /** Rewrites the bytes of answers. */
  bends(when: RegExp, change: (body: Buffer, asked: string) => Promise<Buffer> | Buffer): void {
    this.#tricks.push({
      when,
      after: async (answer, asked) => ({ ...answer, body: await change(answer.body, asked) }),
    });
  }

  /** Rewrites one header of answers. */
  relabels(when: RegExp, header: string, change: (value: string) => string): void {
    this.#tricks.push({
      when,
      after: (answer) => {
        const value = change(String(answer.headers[header] ?? ''));
        return { ...answer, headers: { ...answer.headers, [header]: value } };
      },
    });
  }

  /** Answers with a problem, without asking the server. */
  refuses(when: RegExp, status: number, type: string, more: Record<string, unknown> = {}): void {
    const body = Buffer.from(JSON.stringify({ type, title: type, status, ...more }));
    this.#tricks.push({
      when,
      before: () =>
        Promise.resolve({ status, headers: { 'content-type': 'application/problem+json' }, body }),
    });
  }

  /**
   * Holds what matches until it is let through or cut off; says when the first has come. `after`: so many
   * pass before.
   */
  holds(when: RegExp, after = 0): Held {
    const [came, comes] = gate();
    const [released, release] = gate();
    let cuts = false;
    let passed = 0;
    this.#tricks.push({
      when,
      before: async () => {
        if (passed++ < after) return null;
        comes();
        await released;
        if (cuts) throw new Error('cut');
        return null;
      },
    });
    const cut = (): void => {
      cuts = true;
      release();
    };
    return { came, release, cut };
  }

  /** Holds what matches and asks for bytes between these two places, until it is let through. */
  withholds(when: RegExp, from: number, to: number): () => void {
    const [released, release] = gate();
    this.#tricks.push({
      when,
      before: async (asked) => {
        const range = rangeOf(asked);
        if (range !== null && range.to >= from && range.from < to) await released;
        return null;
      },
    });
    return release;
  }

  /** Drops the connection of what matches, as a tunnel does. */
  cuts(when: RegExp): void {
    this.#tricks.push({ when, before: () => Promise.reject(new Error('cut')) });
  }

  /**
   * Breaks the line within the answers to what matches: `at` says behind how many bytes of the body, or null to
   * let this one pass.
   */
  tears(when: RegExp, at: () => number | null): void {
    this.#tricks.push({ when, tears: at });
  }

  /** Keeps the bodies of requests that match, in the order they came. */
  hears(when: RegExp): Buffer[] {
    const heard: Buffer[] = [];
    this.#ears.push({ when, heard });
    return heard;
  }

  isHonest(): void {
    this.#tricks = [];
  }

  /** Asks the server itself, in the name of whoever asked. */
  async #fetched(asked: IncomingMessage): Promise<IncomingMessage> {
    const { method, url, headers } = asked;
    const forwarded = request(`${this.#server}${url ?? ''}`, { method: method ?? 'GET', headers });
    const ears = this.#ears.filter(({ when }) => when.test(`${method} ${url}`));
    const parts: Buffer[] = [];
    if (ears.length > 0) asked.on('data', (part: Buffer) => parts.push(part));
    asked.once('end', () => ears.forEach(({ heard }) => heard.push(Buffer.concat(parts))));
    const [[answer]] = await Promise.all([
      once(forwarded, 'response') as Promise<[IncomingMessage]>,
      pipeline(asked, forwarded),
    ]);
    return answer;
  }

  async #passes(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const name = `${asked.method} ${asked.url}`;
    this.asked.push(name);
    const trick = this.#tricks.find(({ when }) => when.test(name));
    const instead = await trick?.before?.(asked);
    if (instead) {
      asked.resume();
      answer.writeHead(instead.status, instead.headers).end(instead.body);
      return;
    }
    const honest = await this.#fetched(asked);
    const { 'content-length': _length, ...headers } = honest.headers;
    const status = honest.statusCode ?? 502;
    const torn = trick?.tears?.() ?? null;
    if (torn !== null) return tearing(honest, answer, torn);
    if (!trick?.after || status >= 300) {
      answer.writeHead(status, honest.headers);
      await pipeline(honest, answer);
      return;
    }
    const bent = await trick.after({ status, headers, body: await buffer(honest) }, name);
    answer.writeHead(bent.status, { ...bent.headers, 'content-length': bent.body.length }).end(bent.body);
  }

  async leaves(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

function rangeOf({ headers }: IncomingMessage): { from: number; to: number } | null {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  return from === undefined ? null : { from: Number(from), to: Number(to) };
}

async function tearing(honest: IncomingMessage, answer: ServerResponse, at: number): Promise<void> {
  answer.writeHead(honest.statusCode ?? 502, honest.headers);
  let left = at;
  for await (const part of honest) {
    const some = (part as Buffer).subarray(0, left);
    await new Promise((written) => answer.write(some, written));
    left -= some.length;
    if (left <= 0) break;
  }
  answer.destroy();
}

function gate(): [Promise<void>, () => void] {
  let open = (): void => undefined;
  return [new Promise((resolve) => (open = resolve)), () => open()];
}
