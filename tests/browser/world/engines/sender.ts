/** What someone who sends does, in every engine. */
import { receipt, send as words } from '../../../../web/src/text/en.ts';
import { until } from '../until.ts';
import { Person } from './person.ts';

const START = new RegExp(`^(${words.asked.start}|${words.asked.goOn})$`);
const ON = new RegExp(`^(${words.answer.next}|${words.answer.skip}|${words.answer.save})$`);
/** The first input for files that stands behind the button with this name. */
const MARK = 'data-picked-by-the-test';

export class Sender extends Person {
  async opens(url: string): Promise<void> {
    // A page that differs in its fragment alone would stay as it is.
    await this.tab.goes('about:blank');
    await this.tab.goes(url);
  }

  reloads(): Promise<void> {
    return this.tab.reloads();
  }

  async starts(): Promise<void> {
    await this.taps(START);
  }

  /** Question to answer: a text, `Yes` or `No`, or the words of a choice; `null` leaves it out. */
  async answers(said: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [question, answer] of Object.entries(said)) {
      await this.looksFor({ role: 'heading', name: question });
      if (answer !== null) await this.#answers(answer);
      await this.taps(ON);
    }
  }

  async picks(...paths: string[]): Promise<void> {
    await this.picksWith(words.film.choose, ...paths);
  }

  /** What the engine's own picker would do once the button was tapped. */
  async picksWith(button: string | RegExp, ...paths: string[]): Promise<void> {
    await this.sees('button', button);
    const source = button instanceof RegExp ? button.source : `^${escaped(button)}$`;
    const marked = await this.tab.evaluate(
      (source, mark) => {
        for (const old of document.querySelectorAll(`[${mark}]`)) old.removeAttribute(mark);
        const named = (one: HTMLElement) => new RegExp(source).test(one.innerText.trim());
        const button = Array.from(document.querySelectorAll('button')).find(named);
        const input = button?.parentElement?.querySelector(':scope > button ~ input[type=file]') ?? null;
        const after = (one: Element | null | undefined): Element | null => {
          let next = one?.nextElementSibling ?? null;
          while (next !== null && !next.matches('input[type=file]')) next = next.nextElementSibling;
          return next;
        };
        const found = after(button) ?? input;
        found?.setAttribute(mark, '');
        return found !== null;
      },
      source,
      MARK,
    );
    if (!marked) throw new Error(`no files can be picked with ${String(button)}`);
    const input = await this.tab.glimpses({ role: 'files', within: `:has(> [${MARK}])`, hidden: true });
    await input?.hands(paths);
  }

  /** After a reload that lost what was picked: everything else is still there. */
  async picksAgain(...paths: string[]): Promise<void> {
    await this.picks(...paths);
    await this.sees('heading', words.check.headline);
    await this.#agreesIfAsked();
    await this.sends();
  }

  async agrees(): Promise<void> {
    await this.tapsOn({ role: 'checkbox' });
  }

  async sends(): Promise<void> {
    await this.taps(/^Send/);
  }

  /** From the link to the button that sends: answers, picks, agrees where that is asked. */
  async prepares(
    link: string,
    said: Readonly<Record<string, string | null>>,
    ...films: string[]
  ): Promise<void> {
    await this.opens(link);
    await this.starts();
    await this.answers(said);
    await this.picks(...films);
    await this.sees('heading', words.check.headline);
    await this.#agreesIfAsked();
  }

  /** Waits for the last screen and returns the receipt's address. */
  async hasArrived(within = 60_000): Promise<string> {
    await this.sees('heading', words.arrived.headline, within);
    await this.sees('link', words.arrived.open);
    return this.tab.evaluate((name) => {
      const named = Array.from(document.querySelectorAll('a')).find((one) => one.innerText.trim() === name);
      if (!named) throw new Error('no receipt');
      return named.href;
    }, words.arrived.open);
  }

  /** The line of the receipt that is named so, once it says something. */
  async readsReceipt(line: 'arrived' | 'opened' | 'saved' | 'erased'): Promise<string> {
    let said = '';
    await until(`the receipt says ${line}`, async () => {
      said = await this.tab.evaluate((name) => {
        const rows = Array.from(document.querySelectorAll('dl > div'));
        const row = rows.find((one) => one.querySelector('dt')?.textContent.trim() === name);
        return row?.querySelector('dd')?.textContent.trim() ?? '';
      }, receipt[line]);
      return said !== '';
    });
    return said;
  }

  async #agreesIfAsked(): Promise<void> {
    if ((await this.tab.glimpses({ role: 'checkbox' })) !== null) await this.agrees();
  }

  async #answers(answer: string): Promise<void> {
    const choice = { role: 'radio', name: answer } as const;
    if ((await this.tab.glimpses(choice)) !== null) return this.tapsOn(choice);
    const field = await this.looksFor({ role: 'field', within: 'form' });
    await field.types(answer);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
