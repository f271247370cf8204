/**
 * Chromium over the DevTools protocol, through two pipes: no port, no library between, and above all
 * neither the Network nor the Fetch domain, which would copy every body through the browser's process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { FLAGS } from './flags.ts';

type Fields = Readonly<Record<string, unknown>>;
type Answer = {
  readonly id?: number;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
};

/** The descriptors on which Chromium listens and answers with `--remote-debugging-pipe`. */
const PIPES = 3;

export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #to: Writable;
  readonly #waiting = new Map<number, { done: (result: Fields) => void; failed: (error: Error) => void }>();
  #nextId = 1;

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    this.#to = process.stdio[PIPES] as Writable;
    const from = process.stdio[PIPES + 1] as Readable;
    let held = '';
    from.setEncoding('utf8').on('data', (text: string) => {
      const messages = (held + text).split('\0');
      held = messages.pop() ?? '';
      for (const message of messages) this.#heard(JSON.parse(message) as Answer);
    });
    process.once('exit', () => {
      for (const { failed } of this.#waiting.values()) failed(new Error('Chromium ended'));
      this.#waiting.clear();
    });
  }

  /** `under`: a command in front of it, for example one that enters a network namespace. */
  static starts(under: readonly string[] = []): Chromium {
    const profile = mkdtempSync(join(tmpdir(), 'dewdrop-bench-profile-'));
    const [command = '', ...args] = [
      ...under,
      '/usr/bin/chromium',
      ...FLAGS,
      '--headless=new',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    return new Chromium(spawn(command, args, { stdio: [...stdio] }), profile);
  }

  async opens(url: string): Promise<Page> {
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(targetId), String(sessionId));
    // Answered once the new document is there: what is evaluated next runs in it.
    await page.call('Page.navigate', { url });
    return page;
  }

  /** Of the process that all others come from. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async version(): Promise<string> {
    const { product } = await this.call('Browser.getVersion');
    return String(product);
  }

  call(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = this.#nextId++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#to.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }

  async ends(): Promise<void> {
    const gone = once(this.#process, 'exit');
    await this.call('Browser.close').catch(() => undefined);
    await gone;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #heard({ id, result, error }: Answer): void {
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.failed(new Error(error.message));
    else waiting?.done(result ?? {});
  }
}

export class Page {
  readonly #browser: Chromium;
  readonly #target: string;
  readonly #session: string;

  constructor(browser: Chromium, target: string, session: string) {
    this.#browser = browser;
    this.#target = target;
    this.#session = session;
  }

  call(method: string, params: Fields = {}): Promise<Fields> {
    return this.#browser.call(method, params, this.#session);
  }

  /** The value of an expression, awaited; throws what it throws. */
  async evaluates(expression: string): Promise<unknown> {
    const answer = await this.call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    const thrown = answer['exceptionDetails'] as
      { text: string; exception?: { description?: string } } | undefined;
    if (thrown) throw new Error(thrown.exception?.description ?? thrown.text);
    return (answer['result'] as { value?: unknown }).value;
  }

  /** Puts a file into the input that the selector names, as a person's picker does. */
  async picks(selector: string, path: string): Promise<void> {
    const expression = `document.querySelector(${JSON.stringify(selector)})`;
    const { result } = await this.call('Runtime.evaluate', { expression });
    const { objectId } = result as { objectId?: string };
    if (objectId === undefined) throw new Error(`no ${selector}`);
    await this.call('DOM.setFileInputFiles', { objectId, files: [path] });
  }

  async closes(): Promise<void> {
    await this.#browser.call('Target.closeTarget', { targetId: this.#target });
  }
}
