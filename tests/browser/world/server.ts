/**
 * The real server: the binary that `DEWDROP_BINARY` names, on a free port, over a folder of its own.
 * It can be stopped and started again, later by the clock when asked to (libfaketime); the port stays.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from './until.ts';

const STOPS_WITHIN_MS = 5_000;

export interface ServerWish {
  /** Further `DEWDROP_SERVER_*`, by the end of the name. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const BINARY =
  process.env['DEWDROP_BINARY'] ?? join(import.meta.dirname, '../../../target/debug/dewdrop');

export class Server {
  readonly url: string;
  readonly data: string;
  /** The address that the first start printed. */
  setUpAddress = '';
  /** What it wrote to its log, to be shown when a test fails. */
  said = '';
  readonly #port: number;
  readonly #wish: ServerWish;
  #process: ChildProcess | null = null;

  private constructor(port: number, wish: ServerWish) {
    this.#port = port;
    this.#wish = wish;
    this.url = `http://127.0.0.1:${port}`;
    this.data = mkdtempSync(join(tmpdir(), 'dewdrop-world-'));
  }

  static async starts(wish: ServerWish = {}): Promise<Server> {
    const server = new Server(await freePort(), wish);
    await server.start();
    return server;
  }

  /**
   * `later`: seconds by which its clock is ahead of this machine's. `instead`: settings of this start, over
   * those it was wished with.
   */
  async start(later = 0, instead: ServerWish['settings'] = {}): Promise<void> {
    const settings = Object.entries({ ...this.#wish.settings, ...instead }).map(([name, value]) => [
      `DEWDROP_SERVER_${name}`,
      value,
    ]);
    const clock = later > 0 ? ahead(later) : {};
    const running = spawn(BINARY, ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.#port}`], {
      env: { ...process.env, ...clock, ...Object.fromEntries(settings) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = running;
    process.once('exit', () => running.kill('SIGKILL'));
    for (const stream of [running.stdout, running.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.said += `${line}\n`;
        const address = /set up: (\S+)/.exec(line)?.[1];
        if (address) this.setUpAddress = address;
      });
    }
    await until(`the server on ${this.url}`, async () => {
      if (running.exitCode !== null) throw new Error(`the server ended:\n${this.said}`);
      // Whatever it answers: a disk without room is 503. What it printed may come later than its answer.
      const answers = (await fetch(`${this.url}/healthz`).catch(() => null)) !== null;
      return answers && this.setUpAddress !== '';
    });
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGTERM');
    await until('the server stops, whoever listens to it', () => running.exitCode !== null, STOPS_WITHIN_MS);
  }

  /** As by a power cut: nothing is written any more. */
  async kills(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    running?.kill('SIGKILL');
    await until('the server is dead', () => running?.signalCode !== null || running.exitCode !== null);
  }

  async ends(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

function ahead(seconds: number): Record<string, string> {
  return {
    LD_PRELOAD: process.env['DEWDROP_FAKETIME'] ?? LIBRARY,
    FAKETIME: `+${seconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
