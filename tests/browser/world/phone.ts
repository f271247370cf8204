/** What someone who sends does, on a phone. */
import type { Locator, Page } from 'playwright-core';
import { begun, receipt, send as words } from '../../../web/src/text/en.ts';

/** Question to answer: a text, `Yes` or `No`, or the words of a choice; `null` leaves it out. */
export type Said = Readonly<Record<string, string | null>>;

/** The first question of the template *Form check*. */
export const EXERCISE = 'Which exercise is it?';

const CONTINUE = new RegExp(`^${begun.goOn('').slice(0, -2)}`);

export class Phone {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    // Where the page asks whether to leave, this person leaves.
    page.on('dialog', (dialog) => void dialog.accept());
  }

  async opens(url: string): Promise<void> {
    await this.page.goto(url);
  }

  /** As a phone does that threw the tab away: nobody is asked whether to leave. */
  async reloads(): Promise<void> {
    await this.page.reload();
  }

  async isAsked(): Promise<void> {
    await this.button(new RegExp(`^(${words.asked.start}|${words.asked.goOn})$`)).waitFor();
  }

  async starts(): Promise<void> {
    await this.button(new RegExp(`^(${words.asked.start}|${words.asked.goOn})$`)).tap();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  heading(text: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name: text });
  }

  /** Answers one question after the other, until the film is asked for. */
  async answers(said: Said): Promise<void> {
    for (const [question, answer] of Object.entries(said)) await this.answersOne(question, answer);
  }

  /** All of *Form check*: the exercise, and nothing else. */
  async answersFormCheck(exercise = 'Squats'): Promise<void> {
    await this.answers({
      [EXERCISE]: exercise,
      'How much weight?': null,
      'Sets and repetitions': null,
      'How hard was it, from 1 to 10?': null,
      'What should I look at?': null,
    });
  }

  async answersOne(question: string, answer: string | null): Promise<void> {
    await this.heading(question).waitFor();
    if (answer !== null) {
      const choice = this.page.getByRole('radio', { name: answer, exact: true });
      if ((await choice.count()) > 0) await choice.check();
      else await this.page.locator('form :is(input, textarea)').fill(answer);
    }
    await this.button(new RegExp(`^(${words.answer.next}|${words.answer.skip}|${words.answer.save})$`)).tap();
  }

  /** Chooses files from the disk, as the phone's picker would hand them out. */
  async picks(...paths: string[]): Promise<void> {
    await this.picksWith(words.film.choose, ...paths);
  }

  async picksWith(button: string, ...paths: string[]): Promise<void> {
    const opens = this.page.waitForEvent('filechooser');
    const [, chooser] = await Promise.all([this.button(button).tap(), opens]);
    await chooser.setFiles(paths);
  }

  async agrees(): Promise<void> {
    await this.page.getByRole('checkbox').check();
  }

  async sends(): Promise<void> {
    await this.button(/^Send/).tap();
  }

  /** From now on this browser gives no room to keep a film for later, only for what is written. */
  async hasNoRoom(): Promise<void> {
    const { origin } = new URL(this.page.url());
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
  }

  /** All of it is kept on this device: the page may be closed now. */
  async maySafelyLeave(within = 15_000): Promise<void> {
    await this.page.getByText(words.sending.safe).waitFor({ timeout: within });
  }

  /** What was begun before is offered to be gone on with. */
  async isOfferedToContinue(): Promise<void> {
    await this.button(CONTINUE).waitFor();
  }

  async continues(): Promise<void> {
    await this.button(CONTINUE).tap();
  }

  /** Erases what was begun, from the screen that offers to go on with it. */
  async stopsAndErases(): Promise<void> {
    await this.button(begun.erase).tap();
    await this.page.getByRole('dialog').getByRole('button', { name: begun.erase }).tap();
  }

  /** While something is sent. */
  async addsAnother(...paths: string[]): Promise<void> {
    await this.picksWith(words.check.add, ...paths);
  }

  /** While something is sent. */
  async takesOut(name: string): Promise<void> {
    await this.button(words.check.removeNamed(name)).tap();
    await this.button(words.sending.removeYes).tap();
  }

  /** Waits for the last screen and returns the receipt's address. */
  async hasArrived(within = 15_000): Promise<string> {
    await this.heading(words.arrived.headline).waitFor({ timeout: within });
    const address = await this.page.getByRole('link', { name: words.arrived.open }).getAttribute('href');
    if (address === null) throw new Error('no receipt');
    return address;
  }

  /** The line of the receipt that is named so. */
  async readsReceipt(line: 'arrived' | 'opened' | 'saved' | 'erased'): Promise<string> {
    return this.page.locator('dl > div', { hasText: receipt[line] }).locator('dd').innerText();
  }
}
