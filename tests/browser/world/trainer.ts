/** What a trainer does at the desk. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { desk as words, settings } from '../../../web/src/text/en.ts';

export interface Account {
  readonly name: string;
  readonly display: string;
  readonly passphrase: string;
}

export interface LinkWish {
  readonly label: string;
  readonly template?: 'Form check' | 'New client intake';
  readonly greeting?: string;
  readonly notice?: string;
  /** As the list of the page says it, `1 hour`. */
  readonly retention?: string;
  readonly open?: string;
  readonly uses?: number;
}

export interface Saved {
  readonly path: string;
  readonly name: string;
}

export const JO: Account = {
  name: 'jo.meyer',
  display: 'Jo Meyer',
  passphrase: 'otter lantern gravel moss quiet river seven',
};

export class Trainer {
  readonly page: Page;
  readonly url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  /** Returns the recovery sheet, as it was saved. `before` it is confirmed one may look at it. */
  async setsUp(address: string, account: Account = JO, before?: () => Promise<void>): Promise<string> {
    await this.fillsSetUp(address, account);
    const sheet = await this.confirmsSheet(before);
    await this.isOpen();
    return sheet;
  }

  async confirmsSheet(before?: () => Promise<void>): Promise<string> {
    const { page } = this;
    const { path } = await this.downloads(page.getByRole('button', { name: words.sheet.save }));
    const sheet = readFileSync(path, 'utf8');
    await before?.();
    await page.getByLabel(words.sheet.confirm).fill(sheet.trim().slice(-4));
    await page.getByRole('button', { name: words.sheet.done }).click();
    return sheet;
  }

  async fillsSetUp(address: string, account: Account): Promise<void> {
    const { page } = this;
    await page.goto(address);
    await page.getByLabel(words.setup.name).fill(account.name);
    await page.getByLabel(words.setup.display).fill(account.display);
    await this.passphraseField().fill(account.passphrase);
    await page.getByRole('button', { name: words.setup.start }).click();
  }

  /** Anew, as in a tab of its own: not back to where this tab was. */
  async comesToTheDesk(): Promise<void> {
    if (this.page.url().startsWith(this.url)) await this.page.evaluate(() => sessionStorage.clear());
    await this.page.goto(`${this.url}/desk/`);
  }

  async signsIn(account: Pick<Account, 'name' | 'passphrase'> = JO): Promise<void> {
    await this.comesToTheDesk();
    await this.tries(account);
    await this.isOpen();
  }

  async tries({ name, passphrase }: Pick<Account, 'name' | 'passphrase'>): Promise<void> {
    await this.page.getByLabel(words.signIn.name).fill(name);
    await this.passphraseField().fill(passphrase);
    await this.page.getByRole('button', { name: words.signIn.button }).click();
  }

  async unlocks(passphrase = JO.passphrase): Promise<void> {
    await this.passphraseField().fill(passphrase);
    await this.page.getByRole('button', { name: words.unlock.button }).click();
  }

  async locks(): Promise<void> {
    await this.page.getByRole('button', { name: words.lock, exact: true }).click();
    await this.heading(words.unlock.title).waitFor();
  }

  async signsOut(): Promise<void> {
    await this.goesToSettings();
    await this.unfold(settings.away.title);
    await this.page.getByRole('button', { name: settings.away.here, exact: true }).click();
    await this.heading(words.signIn.title).waitFor();
  }

  async goesToSettings(): Promise<void> {
    await this.page.getByRole('button', { name: words.settings, exact: true }).click();
    await this.heading(settings.title).waitFor();
  }

  /** From the sign-in or the locked page: a new passphrase by the recovery sheet, pasted whole. */
  async recovers(sheet: string, passphrase: string): Promise<void> {
    await this.page.getByRole('button', { name: words.signIn.forgotten }).click();
    await this.page.getByLabel(words.recovery.key).fill(sheet);
    await this.passphraseField().fill(passphrase);
    await this.page.getByRole('button', { name: words.recovery.button }).click();
  }

  async isOpen(): Promise<void> {
    await this.page.getByRole('button', { name: words.lists.ask }).first().waitFor();
  }

  passphraseField(): Locator {
    return this.page.locator('input[autocomplete=new-password], input[autocomplete=current-password]');
  }

  heading(text: string | RegExp): Locator {
    return this.page.getByRole('heading', { name: text });
  }

  /** Makes a link and returns its address, as Copy hands it out. */
  async makesLink(wish: LinkWish): Promise<string> {
    const { page } = this;
    await page.getByRole('button', { name: words.lists.ask }).first().click();
    await page.getByLabel(words.maker.label).fill(wish.label);
    if (wish.template) await page.getByRole('radio', { name: wish.template }).check();
    if (wish.greeting !== undefined) {
      await this.unfold(words.maker.texts);
      await page.getByLabel(words.maker.greeting, { exact: true }).fill(wish.greeting);
    }
    if (wish.notice !== undefined) {
      await this.unfold(words.maker.consent);
      await page.getByLabel(words.maker.notice).fill(wish.notice);
    }
    if (wish.retention || wish.open || wish.uses) await this.unfold(words.maker.times);
    if (wish.retention) await page.getByLabel(words.maker.retention).selectOption(wish.retention);
    if (wish.open) await page.getByLabel(words.maker.open).selectOption(wish.open);
    if (wish.uses) await page.getByLabel(words.maker.uses).fill(String(wish.uses));
    await page.getByRole('button', { name: words.maker.make }).click();
    await this.heading(words.ready.title).waitFor();
    const url = await this.copiesLink();
    await page.getByRole('button', { name: words.ready.done }).click();
    await this.isOpen();
    return url;
  }

  async copiesLink(): Promise<string> {
    await this.page.getByRole('button', { name: words.ready.copy }).click();
    await this.page.getByRole('button', { name: words.ready.copied }).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async unfold(title: string): Promise<void> {
    await this.page.locator('summary', { hasText: title }).click();
  }

  /** The row of something received. */
  received(label: string): Locator {
    return this.page.locator('section[aria-labelledby=received] li', { hasText: label });
  }

  waiting(label: string): Locator {
    return this.page.locator('section[aria-labelledby=waiting] li', { hasText: label });
  }

  async opens(label: string): Promise<void> {
    await this.received(label).getByRole('button').first().click();
    await this.heading(label).waitFor();
  }

  async goesBack(): Promise<void> {
    await this.page.getByRole('button', { name: words.back, exact: true }).click();
    await this.isOpen();
  }

  /** The card of one file of the submission that is open. */
  file(name: string | RegExp): Locator {
    return this.page.locator('article', { hasText: name });
  }

  /** Saves a file; says where the browser put it and under which name. */
  async saves(name: string | RegExp): Promise<Saved> {
    return this.downloads(this.file(name).getByRole('button', { name: words.submission.save }));
  }

  async downloads(button: Locator): Promise<Saved> {
    const begun = this.page.waitForEvent('download', { timeout: 90_000 });
    await button.click();
    const download = await begun;
    return { path: await download.path(), name: download.suggestedFilename() };
  }

  /** Watches a film until it plays; says how long and wide it is. */
  async watches(name: string | RegExp): Promise<{ duration: number; width: number }> {
    const film = this.file(name);
    const watch = film.getByRole('button', { name: words.submission.watch });
    const video = film.locator('video');
    await watch.or(video).first().waitFor();
    if (await watch.isVisible()) await watch.click();
    await video.waitFor({ timeout: 90_000 });
    return video.evaluate(async (element: HTMLVideoElement) => {
      element.muted = true;
      await element.play();
      const moved = () => element.currentTime > 0.2;
      while (!moved())
        await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }));
      element.pause();
      return { duration: element.duration, width: element.videoWidth };
    });
  }

  /** Names of what this browser holds of opened files. */
  keptInBrowser(): Promise<string[]> {
    return this.page.evaluate(async () => {
      const names: string[] = [];
      const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
        for await (const [name, entry] of folder.entries()) {
          if (entry.kind === 'directory') await walk(entry as FileSystemDirectoryHandle, `${path}${name}/`);
          else names.push(`${path}${name}`);
        }
      };
      await walk(await navigator.storage.getDirectory(), '');
      return names;
    });
  }

  /** Asks the API with this browser's session. */
  asks(path: string): Promise<unknown> {
    return this.page.evaluate(async (path) => (await fetch(path)).json() as Promise<unknown>, path);
  }

  /** Question to answer, as the desk shows them. */
  async readsAnswers(): Promise<Record<string, string>> {
    const shown = this.page.locator('section[aria-labelledby=answers] dl > div');
    await shown.first().waitFor();
    const rows = await shown.all();
    const read = await Promise.all(
      rows.map(
        async (row) => [await row.locator('dt').innerText(), await row.locator('dd').innerText()] as const,
      ),
    );
    return Object.fromEntries(read);
  }
}
