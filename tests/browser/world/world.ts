/**
 * One server, one browser, and the people in it. Every page is watched; a world ends quietly or its test
 * fails.
 */
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { withoutBodies } from './no-bodies.ts';
import { Phone } from './phone.ts';
import { Server, type ServerWish } from './server.ts';
import { SIZES } from './sizes.ts';
import { Terminal } from './terminal.ts';
import { Trainer } from './trainer.ts';
import { Watch } from './watch.ts';

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No machine that tests has a microphone of its own.
  '--use-fake-device-for-media-stream',
];
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36';

export class World {
  readonly server: Server;
  readonly browser: Browser;
  readonly watch = new Watch();
  readonly #terminals: Terminal[] = [];

  private constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async begins(wish: ServerWish = {}): Promise<World> {
    const server = await Server.starts(wish);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    return new World(server, withoutBodies(browser));
  }

  async desktop(url = this.server.url): Promise<Trainer> {
    const context = await this.#context({ viewport: SIZES.desktop });
    return new Trainer(await context.newPage(), url);
  }

  /** The trainer's own phone. */
  async pocketDesk(): Promise<Trainer> {
    const context = await this.#context(PHONE);
    return new Trainer(await context.newPage(), this.server.url);
  }

  async phone(): Promise<Phone> {
    const context = await this.#context(PHONE);
    return new Phone(await context.newPage());
  }

  /** Another tab in the same browser. */
  async tabBeside<Person extends Trainer | Phone>(person: Person): Promise<Person> {
    const page = await person.page.context().newPage();
    return (person instanceof Trainer ? new Trainer(page, person.url) : new Phone(page)) as Person;
  }

  terminal(): Terminal {
    const terminal = new Terminal();
    this.#terminals.push(terminal);
    return terminal;
  }

  async #context(options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
    const context = await this.browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // A program can not press the buttons of the picker: where it is not let, downloads go the way that comes next.
    await context.addInitScript(refusesToPick);
    context.setDefaultTimeout(15_000);
    this.watch.over(context);
    return context;
  }

  /**
   * What everyone sees right now, for whoever looks into a failure: pictures into `artifacts/`, and how each
   * page begins to where the failure is told.
   */
  async photographs(name: string): Promise<void> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    const at = (n: number) => join(import.meta.dirname, `../artifacts/failed-${name}-${n}.png`);
    await Promise.all(
      pages.map(async (page, n) => {
        await page.screenshot({ path: at(n), timeout: 5_000 }).catch(() => null);
        const text = await page
          .locator('body')
          .innerText({ timeout: 5_000 })
          .catch(() => '(does not answer)');
        console.error(`${name}, page ${n}: ${text.replace(/\s+/g, ' ').slice(0, 300)}`);
      }),
    );
  }

  async ends(): Promise<void> {
    await this.browser.close();
    for (const terminal of this.#terminals) terminal.ends();
    await this.server.ends();
  }
}

/** Runs in the page. */
export function refusesToPick(): void {
  if ('showSaveFilePicker' in globalThis) {
    Object.assign(globalThis, {
      showSaveFilePicker: () => Promise.reject(new DOMException('', 'NotAllowedError')),
    });
  }
}

export const PHONE = {
  viewport: SIZES.phone,
  screen: SIZES.phone,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  userAgent: ANDROID,
};
