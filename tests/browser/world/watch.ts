/**
 * Everything a page may not do unseen: an error on the console, one that nobody caught, a violation of
 * the content security policy. A status that the API, or the service worker, answers with is no error of the page.
 */
import type { BrowserContext, ConsoleMessage } from 'playwright-core';

export class Watch {
  readonly troubles: string[] = [];
  /** While the server is away on purpose. */
  expectsBrokenConnections = false;

  over(context: BrowserContext): void {
    context.on('console', (message) => {
      if (this.#isTrouble(message)) this.troubles.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.troubles.push(String(error.error().stack ?? error.error())));
  }

  #isTrouble(message: ConsoleMessage): boolean {
    if (message.type() !== 'error' && message.type() !== 'warning') return false;
    const text = message.text();
    if (text.startsWith('Failed to load resource: the server responded with a status of')) {
      return !/^\/(api|desk\/stream)\//.test(new URL(message.location().url).pathname);
    }
    return !(this.expectsBrokenConnections && /net::ERR_/.test(text));
  }
}
