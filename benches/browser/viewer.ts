/** What is timed at the desk: a film of a submission is opened, and jumped about in. */
import { readFileSync } from 'node:fs';
import { desk as words } from '../../web/src/text/en.ts';
import type { Chromium, Page } from './cdp.ts';
import { button, until } from './expressions.ts';
import { NAME, PASSPHRASE, type Scene } from './scene.ts';

export interface Looked {
  readonly ms: number;
  /** What came through the loopback meanwhile: nothing else may use it. */
  readonly mib: number;
}

const FILM = `document.querySelector('article video')`;
const field = (of: string) => `document.querySelector('input[autocomplete=${of}]')`;
/** Resolves with the next picture that is shown. */
const picture = `new Promise((shown) => ${FILM}.requestVideoFrameCallback(() => shown(performance.now())))`;

export class Viewer {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Signed in, with the one submission that is there open. */
  static async opens(browser: Chromium, scene: Scene): Promise<Viewer> {
    const viewer = new Viewer(await browser.opens(`${scene.server.url}/desk/`));
    await viewer.#types(field('username'), NAME);
    await viewer.#types(field('current-password'), PASSPHRASE);
    await viewer.#page.evaluates(`${button(words.signIn.button)}.click()`);
    const row = `document.querySelector('section[aria-labelledby=received] li button')`;
    await viewer.#page.evaluates(`${until(row)}.then(() => ${row}.click())`);
    await viewer.#page.evaluates(until(button(words.submission.watch)));
    return viewer;
  }

  /** From the press on Watch to the first picture. */
  watches(): Promise<Looked> {
    return this.#looks(`${button(words.submission.watch)}.click(); await ${until(FILM)}; await ${picture}`);
  }

  /** To a part of the film, 0 to 1. */
  jumps(part: number): Promise<Looked> {
    return this.#looks(
      `const seen = ${picture}; ${FILM}.currentTime = ${FILM}.duration * ${part}; await seen`,
    );
  }

  async #looks(what: string): Promise<Looked> {
    const before = carried();
    const ms = await this.#page.evaluates(
      `(async () => { const began = performance.now(); ${what}; return performance.now() - began; })()`,
    );
    return { ms: Number(ms), mib: (carried() - before) / 2 ** 20 };
  }

  async #types(input: string, text: string): Promise<void> {
    const typed = `(() => { const input = ${input}; input.value = ${JSON.stringify(text)};
      input.dispatchEvent(new Event('input', { bubbles: true })); })()`;
    await this.#page.evaluates(`${until(input)}.then(() => ${typed})`);
  }
}

/** Bytes that the loopback has carried. */
function carried(): number {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync('/proc/net/dev', 'utf8'));
  return Number(line?.[1] ?? 0);
}
