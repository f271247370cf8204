/**
 * Templates while they are written. Every change goes to the vault by itself, a moment after the last
 * one; what could not be saved yet is tried again, and outlives a lock in this page's memory. It is the
 * trainer's own text: no answer and no name of a client's is in it.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Form } from '../../sealed/form.ts';
import { builder as words } from '../../text/en.ts';
import type { DeskAccount, SavedTemplate } from '../../transfer/desk.ts';
import { endsSession, failureOf } from '../failure.ts';
import { listed } from './own.ts';

/** Milliseconds. */
const PAUSE = 700;
const AGAIN = 5_000;

export type Saved = 'saved' | 'waiting' | 'saving' | 'failed' | 'too-long';

interface Entry {
  readonly owner: string;
  readonly form: Form;
  /** As the vault had it when it was last read or written here. */
  readonly before: Form | null;
  readonly saved: Saved;
}

export interface DraftsHost {
  readonly account: DeskAccount | null;
  save(template: Form, before: Form | null, copied: string): Promise<SavedTemplate>;
  remove(id: string): Promise<DeskAccount>;
  /** The account as it is now. */
  changed(account: DeskAccount): void;
  ended(): void;
  later(ms: number, then: () => void): void;
}

export class Drafts {
  readonly #host: DraftsHost;
  readonly #entries = new SvelteMap<string, Entry>();
  readonly #moved = new SvelteMap<string, string>();
  readonly #turns = new SvelteMap<string, number>();
  /** The name under which one was kept beside another; "" for none. */
  keptBoth = $state('');

  constructor(host: DraftsHost) {
    this.#host = host;
  }

  /** The id that a template has by now. */
  idNow(id: string): string {
    return this.#moved.get(id) ?? id;
  }

  form(id: string): Form | null {
    const own = this.#own(id);
    if (own) return own.form;
    return listed(this.#host.account?.templates ?? []).find((one) => one.id === id)?.form ?? null;
  }

  saved(id: string): Saved {
    return this.#own(id)?.saved ?? 'saved';
  }

  get unsaved(): boolean {
    return this.#entries.size > 0;
  }

  change(form: Form): void {
    const { account } = this.#host;
    if (!account) return;
    const entry = this.#own(form.id);
    const before = entry ? entry.before : this.form(form.id);
    this.#entries.set(form.id, { owner: account.account, form, before, saved: 'waiting' });
    this.#soon(form.id, PAUSE);
  }

  /** Saves what waits at once: before leaving, or after unlocking. */
  async flush(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.#save(id)));
  }

  /** Takes a template away; gives back what is needed to bring it back. Throws what the vault throws. */
  async remove(id: string): Promise<Form | null> {
    const form = this.form(id);
    this.#entries.delete(id);
    this.#host.changed(await this.#host.remove(id));
    return form;
  }

  #own(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.owner === this.#host.account?.account ? entry : undefined;
  }

  /** Only the last of several turns saves. */
  #soon(id: string, ms: number): void {
    const turn = (this.#turns.get(id) ?? 0) + 1;
    this.#turns.set(id, turn);
    this.#host.later(ms, () => {
      if (this.#turns.get(id) === turn) void this.#save(id);
    });
  }

  async #save(id: string): Promise<void> {
    const entry = this.#own(id);
    if (!entry || entry.saved === 'saving') return;
    this.#entries.set(id, { ...entry, saved: 'saving' });
    try {
      const name = entry.form.name.trim() || words.unnamed;
      const done = await this.#host.save(entry.form, entry.before, words.keptBeside(name));
      this.#host.changed(done.account);
      this.#settle(id, entry, done);
    } catch (error) {
      this.#failed(id, error);
    }
  }

  #settle(id: string, sent: Entry, { template, both }: SavedTemplate): void {
    const now = this.#entries.get(id);
    this.#entries.delete(id);
    if (both) {
      this.#moved.set(id, template.id);
      this.keptBoth = template.name;
    }
    if (!now || now.form === sent.form) return;
    // More was written while it was on its way.
    const form = both ? { ...now.form, id: template.id, name: template.name } : now.form;
    this.#entries.set(template.id, { ...now, form, before: template, saved: 'waiting' });
    this.#soon(template.id, PAUSE);
  }

  #failed(id: string, error: unknown): void {
    const now = this.#entries.get(id);
    if (!now) return;
    const long = failureOf(error).kind === 'too-long';
    this.#entries.set(id, { ...now, saved: long ? 'too-long' : 'failed' });
    if (endsSession(error)) this.#host.ended();
    else if (!long) this.#soon(id, AGAIN);
  }
}
