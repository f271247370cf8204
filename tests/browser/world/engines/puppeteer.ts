/** Chromium (DevTools protocol) and Firefox (WebDriver BiDi), both spoken by puppeteer. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, ElementHandle, Page } from 'puppeteer-core';
import { launch } from 'puppeteer-core';
import { FLAGS, refusesToPick } from '../world.ts';
import type { Running, Started } from './engine.ts';
import { find, type Look, sought } from './find.ts';
import type { Piece, Size, Tab } from './tab.ts';

export type PuppeteerKind = 'chromium' | 'firefox';

const EXECUTABLES = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' } as const;

/** Of its own accord Firefox asks its makers for updates, lists and settings: nobody is asked here. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.download.always_ask_before_handling_new_types': false,
  'browser.download.alwaysOpenPanel': false,
  'browser.download.folderList': 2,
  'browser.download.useDownloadDir': true,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.disable_beforeunload': true,
  'extensions.getAddons.cache.enabled': false,
  'intl.accept_languages': 'en-GB, en',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'ui.prefersReducedMotion': 1,
};

export async function startsPuppeteer(kind: PuppeteerKind, started: Started): Promise<Running> {
  mkdirSync(started.downloads, { recursive: true });
  const browser = await launch({
    browser: kind === 'firefox' ? 'firefox' : 'chrome',
    executablePath: EXECUTABLES[kind],
    userDataDir: join(started.profile, kind),
    headless: true,
    defaultViewport: null,
    acceptInsecureCerts: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(kind === 'firefox'
      ? {
          extraPrefsFirefox: {
            ...PREFERENCES,
            'browser.download.dir': started.downloads,
            'browser.privatebrowsing.autostart': started.inPrivate,
          },
        }
      : {
          args: [
            ...FLAGS,
            '--lang=en-GB',
            '--force-prefers-reduced-motion',
            ...(started.inPrivate ? ['--incognito'] : []),
          ],
          // Else each request's body is copied to this process.
          networkEnabled: false,
          downloadBehavior: { policy: 'allow' as const, downloadPath: started.downloads },
        }),
  });
  return new PuppeteerBrowser(browser, started);
}

class PuppeteerBrowser implements Running {
  readonly #browser: Browser;
  readonly #started: Started;

  constructor(browser: Browser, started: Started) {
    this.#browser = browser;
    this.#started = started;
  }

  get pid(): number {
    return this.#browser.process()?.pid ?? 0;
  }

  async opensTab(size: Size): Promise<Tab> {
    // A window of its own: what is behind another tab is hidden, and to a hidden page much never happens.
    const page = await this.#browser.newPage({ type: 'window' });
    page.setDefaultTimeout(30_000);
    await page.setViewport(size);
    page.on('dialog', (dialog) => void dialog.accept());
    page.on('pageerror', (error) =>
      this.#started.trouble(String(error instanceof Error ? error.stack : error)),
    );
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warn') return;
      this.#started.trouble(message.text(), message.location().url);
    });
    // A program can not press the buttons of the picker: where it is not let, downloads go the way that comes next.
    await page.evaluateOnNewDocument(refusesToPick);
    // Firefox tells its own console of a violation, and nobody else.
    await page.evaluateOnNewDocument(() => {
      addEventListener('securitypolicyviolation', (violation) => {
        console.error(`content security policy: ${violation.violatedDirective} ${violation.blockedURI}`);
      });
    });
    return new PuppeteerTab(page);
  }

  async ends(): Promise<void> {
    await this.#browser.close();
  }
}

class PuppeteerTab implements Tab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async goes(url: string): Promise<void> {
    // The same page with another fragment is no new document, and nothing loads.
    await this.#page.goto(url, { waitUntil: 'load' });
  }

  async reloads(): Promise<void> {
    await this.#page.reload();
  }

  closes(): Promise<void> {
    return this.#page.close();
  }

  address(): Promise<string> {
    return this.#page.evaluate(() => location.href);
  }

  evaluate<Given extends unknown[], Back>(
    run: (...given: Given) => Back | Promise<Back>,
    ...given: Given
  ): Promise<Back> {
    const inPage = run as (...given: unknown[]) => Back | Promise<Back>;
    return this.#page.evaluate(inPage, ...given);
  }

  async glimpses(look: Look): Promise<Piece | null> {
    const found = await this.#page.evaluateHandle(find, sought(look));
    const element = found.asElement();
    return element === null ? null : new PuppeteerPiece(element as ElementHandle<Element>);
  }

  picture(): Promise<Uint8Array> {
    return this.#page.screenshot();
  }

  resizes(size: Size): Promise<void> {
    return this.#page.setViewport(size);
  }
}

class PuppeteerPiece implements Piece {
  readonly #element: ElementHandle<Element>;

  constructor(element: ElementHandle<Element>) {
    this.#element = element;
  }

  taps(): Promise<void> {
    return this.#element.click();
  }

  types(text: string): Promise<void> {
    return this.#element.type(text);
  }

  async hands(paths: readonly string[]): Promise<void> {
    for (const path of paths) if (!existsSync(path)) throw new Error(`no such file: ${path}`);
    await (this.#element as ElementHandle<HTMLInputElement>).uploadFile(...paths);
  }
}
