/**
 * A bad network, as a TCP proxy: chosen by a seeded generator and by byte count, it drops, cuts, stalls,
 * slows, refuses, loses answers, and answers 413 and 502 itself. Every run can be played again by its seed.
 */
import { once } from 'node:events';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, type FaultWish, generator, type Kind, plan, seedOfRun } from './fault-plan.ts';
import { type FaultSource, type Head, Line } from './fault-line.ts';

/** The smallest request that is refused as too large: below it clients need not go. */
export const LEAST_REFUSED = 256 * 1024;
const STALL_MS = 2_000;
/** Whoever forgot it: by then it has ended. */
const LIFETIME_MS = 30 * 60_000;

interface Ordered {
  readonly fault: Fault;
  /** Of `METHOD /path`. */
  readonly when: RegExp;
}

export class Faults implements FaultSource {
  readonly seed: number;
  readonly stallMs: number;
  /** What was done, in its order, in words. */
  readonly done: { readonly kind: Kind; readonly words: string }[] = [];
  /** Bytes of PATCH bodies that came. */
  moved = 0;
  #planned: Fault[] = [];
  #waiting: Fault[] = [];
  #ordered: Ordered[] = [];
  #port = 0;
  #listener: Listener | null = null;
  #refusing: Promise<void> | null = null;
  #held: { came: () => void; until: Promise<void> } | null = null;
  #release = (): void => undefined;
  #ended = false;
  readonly #lines = new Set<Line>();
  readonly #server: URL;
  readonly #lifetime: NodeJS.Timeout;

  private constructor(server: string, { seed, stallMs }: { seed: number; stallMs: number }) {
    this.#server = new URL(server);
    this.seed = seed;
    this.stallMs = stallMs;
    this.#lifetime = setTimeout(() => void this.leaves(), LIFETIME_MS).unref();
  }

  static async stands(
    server: string,
    { seed = seedOfRun(), stallMs = STALL_MS }: { seed?: number; stallMs?: number } = {},
  ): Promise<Faults> {
    const faults = new Faults(server, { seed, stallMs });
    await faults.#listens();
    return faults;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The same address, through here. */
  through(url: string): string {
    return url.replace(this.#server.origin, this.url);
  }

  /** From now on, counted from here: so many as the seed says, or these. */
  begins(wish: FaultWish | readonly Fault[]): void {
    this.moved = 0;
    this.#planned = 'count' in wish ? plan(wish, generator(this.seed)) : [...wish];
    this.#waiting = [];
  }

  /** Holds back what goes up once so many bytes of bodies came; resolves then. */
  async holdsAt(bytes: number): Promise<void> {
    // Half a byte would never come, and its line would turn round it for ever.
    if (!Number.isInteger(bytes)) throw new Error(`a hold at ${bytes} bytes`);
    this.begins([{ kind: 'hold', at: bytes, roll: 0 }]);
    await new Promise<void>((came) => {
      this.#held = { came, until: new Promise((release) => (this.#release = release)) };
    });
  }

  letsThrough(): void {
    this.#release();
    this.#held = null;
  }

  /** One fault of a kind that comes with a request or its answer, at the next that matches. */
  orders(
    kind: Exclude<Kind, 'drop' | 'cut up' | 'stall up' | 'slow' | 'refused' | 'hold'>,
    when: RegExp,
  ): void {
    this.#ordered.push({ fault: { kind, at: 0, roll: 0.9 }, when });
  }

  /** What was planned and did not come to pass. */
  get left(): Fault[] {
    return [...this.#waiting, ...this.#planned, ...this.#ordered.map(({ fault }) => fault)];
  }

  isHonest(): void {
    this.#planned = [];
    this.#waiting = [];
    this.#ordered = [];
  }

  /** Runs what a person does; who fails is told the seed and what was done to them. */
  async over<Done>(work: () => Promise<Done>): Promise<Done> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error) error.message += `\n${this.tells()}`;
      throw error;
    }
  }

  tells(): string {
    return [this.#summary(), ...this.done.map(({ words }) => `  ${words}`)].join('\n');
  }

  #summary(): string {
    return `DEWDROP_SEED=${this.seed}: ${this.done.length} faults over ${this.moved} bytes`;
  }

  counts(bytes: number): { before: number; fault: Fault | null } {
    const next = this.#planned[0];
    if (next === undefined || next.at >= this.moved + bytes) {
      this.moved += bytes;
      return { before: bytes, fault: null };
    }
    const before = Math.max(0, next.at - this.moved);
    this.moved += before;
    this.#planned.shift();
    if (next.kind !== '413' && next.kind !== '502') return { before, fault: next };
    this.#waiting.push(next);
    return { before, fault: null };
  }

  at(head: Head): Fault | null {
    const name = `${head.method} ${head.path}`;
    const ordered = this.#ordered.findIndex(({ when }) => when.test(name));
    if (ordered >= 0) return this.#ordered.splice(ordered, 1)[0]?.fault ?? null;
    if (head.method !== 'PATCH') return null;
    const fits = this.#waiting.findIndex(({ kind }) => kind !== '413' || head.length > LEAST_REFUSED);
    return fits < 0 ? null : (this.#waiting.splice(fits, 1)[0] ?? null);
  }

  did({ kind }: Fault, where: string): void {
    this.done.push({ kind, words: `${kind}: ${where}` });
  }

  handsBack(fault: Fault): void {
    this.#waiting.push(fault);
  }

  async held(): Promise<void> {
    this.#held?.came();
    await this.#held?.until;
  }

  refuses(milliseconds: number): void {
    this.#refusing ??= this.#away(milliseconds).finally(() => (this.#refusing = null));
  }

  async #away(milliseconds: number): Promise<void> {
    this.#listener?.close();
    this.#dropsAll();
    await pause(milliseconds);
    // Someone else may have the port for a moment.
    for (let tries = 0; !this.#ended; tries++) {
      try {
        return await this.#listens();
      } catch (error) {
        if (tries > 100) throw error;
        await pause(100);
      }
    }
  }

  async #listens(): Promise<void> {
    const listener = createServer({ noDelay: true }, (client) => this.#comes(client));
    listener.listen(this.#port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#port = address.port;
    this.#listener = listener;
    if (this.#ended) listener.close();
  }

  #comes(client: Socket): void {
    const line = new Line(client, Number(this.#server.port), this);
    this.#lines.add(line);
    client.once('close', () => this.#lines.delete(line));
  }

  #dropsAll(): void {
    for (const line of this.#lines) line.ends();
  }

  async leaves(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#lifetime);
    if (this.done.length > 0)
      console.info(`${this.#summary()}: ${this.done.map(({ kind }) => kind).join(', ')}`);
    await this.#refusing;
    this.#listener?.close();
    this.letsThrough();
    this.#dropsAll();
  }
}
