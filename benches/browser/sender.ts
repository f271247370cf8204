/** What is timed in the page: someone who sends a file as they would, and the same page sending it bare. */
import { send as words } from '../../web/src/text/en.ts';
import { parseLink } from '../../web/src/sealed/link.ts';
import { newFileKey } from '../../web/src/sealed/age.ts';
import { type Bytes, concat, randomBytes } from '../../web/src/sealed/bytes.ts';
import { newIdentity, recipientOf } from '../../web/src/sealed/identity.ts';
import { NONCE } from '../../web/src/sealed/ranges.ts';
import type { Chromium, Page } from './cdp.ts';
import { button, headline, until } from './expressions.ts';
import type { Scene } from './scene.ts';

/** As the real page's largest. */
const BODY = 8 * 1024 * 1024;

/** Comes as far as the tap on Send. */
export class Sender {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async opens(browser: Chromium, link: string): Promise<Sender> {
    const sender = new Sender(await browser.opens(link));
    await sender.taps(words.asked.start);
    await sender.page.evaluates(until(headline(words.film.headline)));
    return sender;
  }

  async picks(path: string): Promise<void> {
    await this.page.picks('input[type=file]:not([capture])', path);
    await this.taps(words.film.next);
    await this.page.evaluates(until(button(words.check.send)));
  }

  /** Milliseconds from the tap to the screen that says it arrived; and RECEIPT. */
  async sends(): Promise<{ ms: number; receipt: Bytes }> {
    const ms = await this.page.evaluates(`
      (async () => {
        const began = performance.now();
        ${button(words.check.send)}.click();
        return (await ${until(headline(words.arrived.headline))}) - began;
      })()`);
    const address = await this.page.evaluates(`document.querySelector('a[href*="/r#"]').href`);
    return { ms: Number(ms), receipt: parseLink(String(address)).secret };
  }

  async taps(text: string): Promise<void> {
    // In one go: a button may be another one a moment later.
    await this.page.evaluates(`${until(button(text))}.then(() => ${button(text)}.click())`);
  }
}

/**
 * The same page sends the picked file as it is: slices of the file, as large as the real bodies, one after
 * the other. The server takes only what begins as an age file does, so 184 bytes go in front; what follows
 * them it can not tell from chunks.
 */
export async function sendsBare(
  browser: Chromium,
  scene: Scene,
  link: string,
  file: { path: string; size: number },
): Promise<{ ms: number; receipt: Bytes }> {
  const { header } = await newFileKey(recipientOf(newIdentity()));
  const head = concat(header, randomBytes(NONCE));
  const { path, bearer, receipt } = await scene.submission(link, head.length + file.size);
  const { page } = await Sender.opens(browser, link);
  await page.evaluates(`
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'bare' })); 0`);
  await page.picks('#bare', file.path);
  const ms = await page.evaluates(`
    (async () => {
      const file = document.querySelector('#bare').files[0];
      const head = Uint8Array.from(atob(${JSON.stringify(Buffer.from(head).toString('base64'))}), (c) => c.charCodeAt(0));
      const patch = (offset, body) => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = () => resolve(Number(request.getResponseHeader('Upload-Offset')));
        request.onerror = () => reject(new Error('the bare file was refused'));
        request.open('PATCH', ${JSON.stringify(path)});
        request.setRequestHeader('Authorization', 'Bearer ' + ${JSON.stringify(bearer)});
        request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
        request.setRequestHeader('Upload-Offset', String(offset));
        request.setRequestHeader('Tus-Resumable', '1.0.0');
        request.send(body);
      });
      const size = head.length + file.size;
      const began = performance.now();
      for (let offset = 0; offset < size;) {
        const end = Math.min(offset + ${BODY}, size);
        const slice = file.slice(Math.max(0, offset - head.length), end - head.length);
        const next = await patch(offset, offset === 0 ? new Blob([head, slice]) : slice);
        if (!(next > offset)) throw new Error('the server took nothing at ' + offset);
        offset = next;
      }
      return performance.now() - began;
    })()`);
  await page.closes();
  return { ms: Number(ms), receipt };
}
