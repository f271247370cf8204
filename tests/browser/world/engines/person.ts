/** What everyone does in front of a page, in every engine: looks for something until it is there, and presses it. */
import { until } from '../until.ts';
import { type Look, type Role, saidOf } from './find.ts';
import type { Piece, Tab } from './tab.ts';

export class Person {
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  /** Waits until it can be seen. */
  async sees(role: Role, name?: string | RegExp, within = 30_000): Promise<Piece> {
    return this.looksFor({ role, ...(name === undefined ? {} : { name }) }, within);
  }

  async looksFor(look: Look, within = 30_000): Promise<Piece> {
    let piece: Piece | null = null;
    await until(
      `seen: ${saidOf(look)}`,
      async () => {
        // In the middle of going to another page there is nothing to be asked.
        piece = await this.tab.glimpses(look).catch(() => null);
        return piece !== null;
      },
      within,
    ).catch(async (error: unknown) => {
      const shown = await this.tab.evaluate(() => document.body.innerText).catch(String);
      throw new Error(`${String(error)}\nthe page says:\n${shown}`);
    });
    if (piece === null) throw new Error('unreachable');
    return piece;
  }

  async taps(name: string | RegExp, within?: string): Promise<void> {
    await this.tapsOn({ role: 'button', name, ...(within === undefined ? {} : { within }) });
  }

  /** Presses it, again where something lay over it or the page was just being changed. */
  async tapsOn(look: Look): Promise<void> {
    let why: unknown = null;
    await until(`pressed: ${saidOf(look)}`, async () => {
      const piece = await this.looksFor(look);
      return piece.taps().then(
        () => true,
        (error: unknown) => ((why = error), false),
      );
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${String(why)}`);
    });
  }

  async fills(name: string | RegExp, text: string): Promise<void> {
    await this.fillsIn({ role: 'field', name }, text);
  }

  async fillsIn(look: Look, text: string): Promise<void> {
    await this.tapsOn(look);
    await (await this.looksFor(look)).types(text);
  }

  closesTab(): Promise<void> {
    return this.tab.closes();
  }

  /** All words on the page. */
  reads(): Promise<string> {
    return this.tab.evaluate(() => document.body.innerText);
  }
}
