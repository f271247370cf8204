/**
 * One browser of one of the three engines, with a profile of its own: begun, killed as a phone kills it,
 * begun again with what it had kept, ended without a trace.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIZES } from '../sizes.ts';
import { until } from '../until.ts';
import { startsPuppeteer } from './puppeteer.ts';
import { Reader } from './reader.ts';
import { Sender } from './sender.ts';
import type { Size, Tab } from './tab.ts';
import { startsWebKit } from './webkit.ts';

export type EngineKind = 'chromium' | 'firefox' | 'webkit';

export const ENGINES: readonly EngineKind[] = ['chromium', 'firefox', 'webkit'];

export interface EngineWish {
  /** A folder to keep the profile in, which then outlives the engine; else one that does not. */
  readonly profile?: string;
  /** WebKit only: what is switched on, as MiniBrowser's `--features` names it. */
  readonly features?: readonly string[];
  /** Chromium and Firefox: every window is a private one. WebKitGTK's are under automation anyway. */
  readonly inPrivate?: boolean;
}

/** What is told to a browser that starts. */
export interface Started {
  readonly profile: string;
  readonly downloads: string;
  readonly features: readonly string[];
  readonly inPrivate: boolean;
  readonly trouble: (text: string, at?: string) => void;
}

/** A browser that runs. */
export interface Running {
  /** The leader of the process group that all of it is in. */
  readonly pid: number;
  opensTab(size: Size): Promise<Tab>;
  ends(): Promise<void>;
}

export class Engine {
  readonly kind: EngineKind;
  /** Errors and violations of the content security policy, of any of its pages. */
  readonly troubles: string[] = [];
  /** While the server is away on purpose. */
  expectsBrokenConnections = false;
  readonly #wish: EngineWish;
  readonly #profile: string;
  #running: Running | null = null;
  #tabs: Tab[] = [];
  readonly #atExit = (): void => this.#killGroup();

  private constructor(kind: EngineKind, wish: EngineWish) {
    this.kind = kind;
    this.#wish = wish;
    this.#profile = wish.profile ?? mkdtempSync(join(tmpdir(), `dewdrop-${kind}-`));
    process.once('exit', this.#atExit);
  }

  static async begins(kind: EngineKind, wish: EngineWish = {}): Promise<Engine> {
    const engine = new Engine(kind, wish);
    await engine.#starts();
    return engine;
  }

  /** Someone who sends, on a screen of a phone's size. */
  async sender(): Promise<Sender> {
    return new Sender(await this.opensTab(SIZES.phone));
  }

  /** Someone at the desk of the server at `url`. */
  async reader(url: string): Promise<Reader> {
    return new Reader(await this.opensTab(SIZES.desktop), url, this.downloads);
  }

  async opensTab(size: Size): Promise<Tab> {
    if (this.#running === null) throw new Error('the browser is not running');
    const tab = await this.#running.opensTab(size);
    this.#tabs.push(tab);
    return tab;
  }

  /** The leader of its process group; 0 while it is dead. */
  pid(): number {
    return this.#running?.pid ?? 0;
  }

  get downloads(): string {
    return join(this.#profile, 'downloads');
  }

  /** SIGKILL for the browser and all of its children: what was not written is gone. */
  async kills(): Promise<void> {
    const pid = this.#running?.pid ?? 0;
    this.#killGroup();
    this.#running = null;
    this.#tabs = [];
    await until('the browser is dead', () => !lives(pid));
  }

  /** The browser, killed unless it already was, begins again with the same profile. */
  async restarts(): Promise<void> {
    await this.kills();
    await this.#starts();
  }

  /** What everyone sees right now, into `artifacts/`. */
  async photographs(name: string): Promise<void> {
    const folder = join(import.meta.dirname, '../../artifacts');
    mkdirSync(folder, { recursive: true });
    for (const [n, tab] of this.#tabs.entries()) {
      const picture = await tab.picture().catch(() => null);
      if (picture) writeFileSync(join(folder, `${name}-${this.kind}-${n}.png`), picture);
    }
  }

  async ends(): Promise<void> {
    await this.#running?.ends().catch(() => undefined);
    await this.kills();
    process.off('exit', this.#atExit);
    if (this.#wish.profile === undefined)
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #starts(): Promise<void> {
    const started: Started = {
      profile: this.#profile,
      downloads: this.downloads,
      features: this.#wish.features ?? [],
      inPrivate: this.#wish.inPrivate ?? false,
      trouble: (text, at = '') => {
        if (!this.#isExpected(text, at)) this.troubles.push(at === '' ? text : `${text} (${at})`);
      },
    };
    this.#running =
      this.kind === 'webkit' ? await startsWebKit(started) : await startsPuppeteer(this.kind, started);
  }

  /** A status that the API, or the service worker, answers with is no error of the page. */
  #isExpected(text: string, at: string): boolean {
    if (/^Failed to load resource: the server responded with a status of/.test(text)) {
      return /^\/(api|desk\/stream)\//.test(new URL(at).pathname);
    }
    // Firefox says so of every stretch of a film that its player wants no more of.
    if (this.kind === 'firefox' && text.includes('‘’. A ServiceWorker intercepted the request')) return true;
    return this.expectsBrokenConnections && /net::ERR_|NS_ERROR_|Load failed|NetworkError/.test(text);
  }

  #killGroup(): void {
    const pid = this.#running?.pid ?? 0;
    if (pid === 0) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It was dead already.
    }
  }
}

/** Whether any process of this group is left; one that only waits to be buried is not. */
function lives(group: number): boolean {
  if (group === 0) return false;
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isIn(pid, group));
}

function isIn(pid: string, group: number): boolean {
  const [state, , of] = statOf(pid);
  return Number(of) === group && state !== 'Z';
}

/** From the state on, see proc(5): a name in brackets stands before it. */
function statOf(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
