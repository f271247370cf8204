/**
 * WebKitGTK: its driver starts its small browser, on a display that is in memory only. Under automation this
 * browser keeps what a page stores as long as it runs, and no longer: to a page every start is the first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../server.ts';
import { until } from '../until.ts';
import type { Running, Started } from './engine.ts';
import type { Size, Tab } from './tab.ts';
import { WebDriver } from './webdriver.ts';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
/** Its bar of buttons is wider than a phone. */
const NARROW = '* { min-width: 0; padding: 0; margin: 0; border-width: 0; }';

export async function startsWebKit(started: Started): Promise<Running> {
  const port = await freePort();
  // xvfb-run takes a display that nobody has, and being the leader of a group all of it ends with one signal.
  const driver = spawn(
    'xvfb-run',
    ['-a', '-s', '-screen 0 1600x1200x24 -nolisten tcp', 'WebKitWebDriver', `--port=${port}`],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environment(started) },
  );
  const said = listens(driver, started);
  const url = `http://127.0.0.1:${port}`;
  await until('WebKitWebDriver answers', async () => {
    if (driver.exitCode !== null) throw new Error(`WebKitWebDriver ended:\n${said()}`);
    return (await fetch(`${url}/status`).catch(() => null)) !== null;
  });
  const args = ['--automation', '--enable-write-console-messages-to-stdout=true'];
  if (started.features.length > 0)
    args.push(`--features=${started.features.map((one) => `+${one}`).join(',')}`);
  const session = await WebDriver.begins(url, {
    'webkitgtk:browserOptions': { binary: BROWSER, args },
    unhandledPromptBehavior: 'accept',
  });
  return new WebKitBrowser(driver, session);
}

class WebKitBrowser implements Running {
  readonly #driver: ChildProcess;
  readonly #session: WebDriver;

  constructor(driver: ChildProcess, session: WebDriver) {
    this.#driver = driver;
    this.#session = session;
  }

  get pid(): number {
    return this.#driver.pid ?? 0;
  }

  opensTab(size: Size): Promise<Tab> {
    return this.#session.opensTab(size);
  }

  async ends(): Promise<void> {
    await this.#session.command('DELETE', '');
  }
}

/** A home of its own: downloads, settings and caches of whoever runs the tests are left alone. */
function environment({ profile, downloads }: Started): NodeJS.ProcessEnv {
  const home = join(profile, 'webkit');
  const config = join(home, 'config');
  mkdirSync(join(config, 'gtk-3.0'), { recursive: true });
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(config, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  writeFileSync(join(config, 'gtk-3.0/gtk.css'), NARROW);
  // WebKit's `prefers-reduced-motion`.
  writeFileSync(join(config, 'gtk-3.0/settings.ini'), '[Settings]\ngtk-enable-animations=false\n');
  return {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: config,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    LANGUAGE: 'en_GB',
    // Drawn by the processor: there is no card, and playing one costs ten times as much.
    WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1',
    WEBKIT_DMABUF_RENDERER_FORCE_SHM: '1',
    // Each is the root of its own service otherwise, which the tests' machine may not have.
    GTK_A11Y: 'none',
    NO_AT_BRIDGE: '1',
  };
}

/** The console of every page and worker comes out of the browser's mouth. */
function listens(driver: ChildProcess, { trouble }: Started): () => string {
  let all = '';
  for (const stream of [driver.stdout, driver.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      all += `${line}\n`;
      const said = /^(?:CONSOLE )?(\S+ (?:ERROR|WARN)\S*.*)$/.exec(line)?.[1];
      if (process.env['DEWDROP_WEBKIT_SAYS']) console.log(line);
      if (said !== undefined) trouble(said);
    });
  }
  return () => all;
}
