/** As much of W3C WebDriver as the story needs, spoken over HTTP: https://www.w3.org/TR/webdriver2/ */
import { until } from '../until.ts';
import { find, type Look, sought } from './find.ts';
import type { Piece, Size, Tab } from './tab.ts';

/** The name by which an element travels; the standard's own constant. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

type Json = Readonly<Record<string, unknown>>;

export class WebDriverError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'WebDriverError';
    this.code = code;
  }
}

/** One session with a driver at `url`, which has one browser. */
export class WebDriver {
  readonly #url: string;
  readonly #session: string;
  /** A driver does one thing at a time, in the window that was chosen last. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(url: string, session: string) {
    this.#url = url;
    this.#session = session;
  }

  static async begins(url: string, capabilities: Json): Promise<WebDriver> {
    const wish = { capabilities: { alwaysMatch: capabilities } };
    const answer = await ask('POST', `${url}/session`, wish);
    return new WebDriver(url, (answer as { sessionId: string }).sessionId);
  }

  async opensTab(size: Size): Promise<Tab> {
    const { handle } = (await this.command('POST', '/window/new', { type: 'window' })) as { handle: string };
    const tab = new WebDriverTab(this, handle);
    await tab.resizes(size);
    return tab;
  }

  command(method: string, path: string, body?: Json): Promise<unknown> {
    return this.#inTurn(() => this.#asks(method, path, body));
  }

  commandIn(handle: string, method: string, path: string, body?: Json): Promise<unknown> {
    return this.#inTurn(async () => {
      await this.#asks('POST', '/window', { handle });
      return this.#asks(method, path, body);
    });
  }

  #asks(method: string, path: string, body?: Json): Promise<unknown> {
    return ask(method, `${this.#url}/session/${this.#session}${path}`, body);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function ask(method: string, url: string, body?: Json): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  });
  const { value } = (await answer.json()) as { value: unknown };
  if (answer.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new WebDriverError(error, message);
}

class WebDriverTab implements Tab {
  readonly #driver: WebDriver;
  readonly #handle: string;

  constructor(driver: WebDriver, handle: string) {
    this.#driver = driver;
    this.#handle = handle;
  }

  async goes(url: string): Promise<void> {
    await this.command('POST', '/url', { url });
  }

  async reloads(): Promise<void> {
    await this.command('POST', '/refresh');
  }

  async closes(): Promise<void> {
    await this.command('DELETE', '/window');
  }

  async address(): Promise<string> {
    return (await this.command('GET', '/url')) as string;
  }

  async evaluate<Given extends unknown[], Back>(
    run: (...given: Given) => Back | Promise<Back>,
    ...given: Given
  ): Promise<Back> {
    // What a script throws would be lost on the way: it travels as a value.
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${String(run)})(...Array.from(arguments).slice(0, -1)))
        .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const answer = await this.command('POST', '/execute/async', { script, args: given });
    const { value, error } = answer as { value: Back; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async glimpses(look: Look): Promise<Piece | null> {
    const script = `return (${String(find)})(arguments[0])`;
    const found = await this.command('POST', '/execute/sync', { script, args: [sought(look)] });
    if (found === null) return null;
    return new WebDriverPiece(this, (found as Record<string, string>)[ELEMENT] ?? '');
  }

  async picture(): Promise<Uint8Array> {
    return Buffer.from((await this.command('GET', '/screenshot')) as string, 'base64');
  }

  /** The page itself is to be so large, not the window with what the browser puts around it. */
  async resizes({ width, height }: Size): Promise<void> {
    const window = { width, height };
    await until(`a page of ${width}x${height}`, async () => {
      await this.command('POST', '/window/rect', window);
      const inner = await this.evaluate(() => ({ width: innerWidth, height: innerHeight }));
      window.width += width - inner.width;
      window.height += height - inner.height;
      return inner.width === width && inner.height === height;
    });
  }

  command(method: string, path: string, body?: Json): Promise<unknown> {
    return this.#driver.commandIn(this.#handle, method, path, body);
  }
}

class WebDriverPiece implements Piece {
  readonly #tab: WebDriverTab;
  readonly #path: string;

  constructor(tab: WebDriverTab, id: string) {
    this.#tab = tab;
    this.#path = `/element/${id}`;
  }

  async taps(): Promise<void> {
    await this.#tab.command('POST', `${this.#path}/click`);
  }

  async types(text: string): Promise<void> {
    await this.#tab.command('POST', `${this.#path}/value`, { text });
  }

  async hands(paths: readonly string[]): Promise<void> {
    await this.#tab.command('POST', `${this.#path}/value`, { text: paths.join('\n') });
  }
}
