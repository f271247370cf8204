/** What someone at the desk does, in every engine. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { desk as words } from '../../../../web/src/text/en.ts';
import { type Account, JO, type LinkWish } from '../trainer.ts';
import { isOpen } from '../is-open.ts';
import { until } from '../until.ts';
import { Person } from './person.ts';
import type { Tab } from './tab.ts';

const PASSPHRASE = 'div:has(> input[autocomplete=new-password], > input[autocomplete=current-password])';

/** Less than a test that waits for it may take, so that it can say how the film stands. */
const PLAYS_WITHIN = 100_000;

export class Reader extends Person {
  readonly url: string;
  readonly #downloads: string;

  constructor(tab: Tab, url: string, downloads: string) {
    super(tab);
    this.url = url;
    this.#downloads = downloads;
  }

  /** From the address that the server printed to the open desk; returns the recovery sheet as it was saved. */
  async setsUp(address: string, account: Account = JO): Promise<string> {
    await this.tab.goes(address);
    await this.fills(words.setup.name, account.name);
    await this.fills(words.setup.display, account.display);
    await this.#fillsPassphrase(account.passphrase);
    await this.taps(words.setup.start);
    const sheet = readFileSync(await this.downloads(words.sheet.save), 'utf8');
    await this.fills(words.sheet.confirm, sheet.trim().slice(-4));
    await this.taps(words.sheet.done);
    await this.isOpen();
    return sheet;
  }

  async signsIn({ name, passphrase }: Pick<Account, 'name' | 'passphrase'> = JO): Promise<void> {
    await this.tab.goes(`${this.url}/desk/`);
    await this.fills(words.signIn.name, name);
    await this.#fillsPassphrase(passphrase);
    await this.taps(words.signIn.button);
    await this.isOpen();
  }

  async isOpen(): Promise<void> {
    await this.sees('button', words.lists.ask);
  }

  /** Makes a link and returns its address, as the page shows it. */
  async makesLink(wish: LinkWish): Promise<string> {
    await this.taps(words.lists.ask);
    await this.fills(words.maker.label, wish.label);
    if (wish.template) await this.tapsOn({ role: 'radio', name: wish.template });
    await this.taps(words.maker.make);
    await this.sees('heading', words.ready.title);
    const link = await this.tab.evaluate(() => document.querySelector('.url')?.textContent ?? '');
    await this.taps(words.ready.done);
    await this.isOpen();
    return link;
  }

  /** What arrived under this label. */
  async opens(label: string): Promise<void> {
    const received = 'section[aria-labelledby=received]';
    await this.tapsOn({ role: 'button', name: new RegExp(label), within: received });
    await this.sees('heading', label);
  }

  async goesBack(): Promise<void> {
    await this.taps(words.back);
    await this.isOpen();
  }

  /** Saves the file whose name begins so, and waits until the browser has put all of it there. */
  async saves(name: string): Promise<string> {
    return this.downloads(words.submission.save, `article[aria-label^="${name}"]`);
  }

  /**
   * Fetches the film whose name begins so and shows it: true once it moves, or its first picture stands; false
   * when the page says instead that this browser can not play it.
   */
  async watches(name: string, how: 'moves' | 'stands' = 'moves'): Promise<boolean> {
    const card = `article[aria-label^="${name}"]`;
    const refused = new RegExp(`^(${Object.values(words.submission.refused).join('|')})$`);
    const says = { role: 'any', name: refused, within: card } as const;
    const video = { role: 'video', within: card } as const;
    const watch = { role: 'button', name: words.submission.watch, within: card } as const;
    // A small one is fetched without being asked for, and then the player has to come.
    await until('a film, its button, or a word', async () => {
      const seen = await Promise.all([video, watch, says].map((look) => this.tab.glimpses(look)));
      return seen.some((piece) => piece !== null);
    });
    if ((await this.tab.glimpses(watch)) !== null) await this.taps(words.submission.watch, card);
    let plays = false;
    await until(
      'the film plays, or the page says that it does not',
      async () => {
        plays = await this.#plays(card, how);
        return plays || (await this.tab.glimpses(says)) !== null;
      },
      PLAYS_WITHIN,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; ${await this.#facts(card)}`);
    });
    return plays;
  }

  /** For whoever looks into a failure. */
  #facts(card: string): Promise<string> {
    return this.tab.evaluate((card) => {
      const video = document.querySelector<HTMLVideoElement>(`${card} video`);
      if (video === null) return 'no film';
      const { currentTime, duration, paused, seeking, readyState, networkState, error, buffered } = video;
      const spans = Array.from(
        { length: buffered.length },
        (_, n) => `${buffered.start(n)}-${buffered.end(n)}`,
      );
      const facts = { currentTime, duration, paused, seeking, readyState, networkState, spans };
      return JSON.stringify({ ...facts, error: error?.message });
    }, card);
  }

  #plays(card: string, how: 'moves' | 'stands'): Promise<boolean> {
    return this.tab.evaluate(
      (card, how) => {
        const video = document.querySelector<HTMLVideoElement>(`${card} video`);
        if (video === null) return false;
        video.muted = true;
        if (video.paused) void video.play().catch(() => undefined);
        const moves = video.currentTime > 0.2;
        return (
          video.videoWidth > 0 && (moves || (how === 'stands' && video.readyState >= video.HAVE_CURRENT_DATA))
        );
      },
      card,
      how,
    );
  }

  /** Presses the button and returns the path of what was then downloaded. */
  async downloads(button: string | RegExp, within?: string, patience = 120_000): Promise<string> {
    const before = new Set(this.#downloaded());
    await this.taps(button, within);
    let path = '';
    await until(
      `a download after ${String(button)}`,
      () => {
        const fresh = this.#downloaded().find((one) => !before.has(one));
        // Firefox makes the name first and keeps the bytes beside it until they are all there.
        if (fresh === undefined || existsSync(join(this.#downloads, `${fresh}.part`))) return false;
        path = join(this.#downloads, fresh);
        // WebKitGTK writes under the name itself.
        return statSync(path).size > 0 && !isOpen(path);
      },
      patience,
    );
    return path;
  }

  #downloaded(): string[] {
    const unfinished = /\.(part|crdownload|wkdownload)$/;
    return readdirSync(this.#downloads).filter((one) => !unfinished.test(one));
  }

  async #fillsPassphrase(passphrase: string): Promise<void> {
    await this.fillsIn({ role: 'field', within: PASSPHRASE }, passphrase);
  }
}
