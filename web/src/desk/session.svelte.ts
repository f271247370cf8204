/**
 * The desk's session: which page is shown, who it belongs to, and everything that has to end with it.
 * Locking drops the identity in the worker, takes back every picture and film shown, and forgets what was
 * opened; nothing of it stays in this page's memory on purpose. What stays is a lookout that counts what
 * the server has, without a name.
 */
import { send } from '../api/http.ts';
import { fromBase64url } from '../sealed/bytes.ts';
import { SvelteSet } from 'svelte/reactivity';
import * as api from '../api/desk.ts';
import type { Desk, DeskAccount, NewAccount, RecoverySheet } from '../transfer/desk.ts';
import { sweepSaved } from '../transfer/desk/sink.ts';
import { endsSession, failureOf } from './failure.ts';
import { COPYING_MS, Files } from './files.svelte.ts';
import { OwnAlerts } from './alerts.svelte.ts';
import { type IdleWatch, thisPage, watchIdle } from './idle.ts';
import { Lookout } from './lookout.svelte.ts';
import { OpenedFiles } from './opened-files.svelte.ts';
import { type Desk as Page, type Happened, next, START } from './machine.ts';
import { type DeskSettings, settingsIn, withSettings } from './settings.ts';
import { forgetSetupToken, here, takeSetupToken } from './setup-token.ts';
import { Shelf } from './shelf.svelte.ts';
import { Drafts } from './templates/drafts.svelte.ts';
import { forgetPlace } from './view.svelte.ts';

const SETTLES_MS = 2_000;

export class Session {
  page: Page = $state.raw(START);
  account: DeskAccount | null = $state.raw(null);
  shelf: Shelf | null = $state.raw(null);
  /** A film plays or a file is on its way: not idle. */
  readonly busy = new SvelteSet<unknown>();
  readonly desk: Desk;
  readonly lookout = new Lookout(() => this.happened({ kind: 'session-ended' }));
  readonly alerts = new OwnAlerts();
  readonly files = new OpenedFiles((id) => new Files(this.desk, id, this.busy));
  readonly settings: DeskSettings = $derived(settingsIn(this.account?.settings ?? {}));
  /** What of the templates could not be saved outlives a lock, in this page's memory. */
  readonly drafts: Drafts;
  #idle: IdleWatch | null = null;
  /** How many sessions were ended on purpose a moment ago. */
  #renewing = 0;

  constructor(desk: Desk) {
    this.desk = desk;
    const now = () => this.account;
    this.drafts = new Drafts({
      get account() {
        return now();
      },
      save: (template, before, copied) => desk.saveTemplate(template, before, copied),
      remove: (id) => desk.removeTemplate(id),
      changed: (account) => {
        if (this.account) this.account = account;
      },
      ended: () => this.happened({ kind: 'session-ended' }),
      later: (ms, then) => void setTimeout(then, ms),
    });
  }

  happened(event: Happened): void {
    if (event.kind === 'session-ended' && this.#renewing > 0) return;
    const before = this.page.at;
    this.page = next(this.page, event);
    const { at } = this.page;
    if (before === 'open' && at !== 'open') this.#close();
    if (at === 'locked') this.lookout.listensAlone();
    else if (at === 'open') this.lookout.listensAlong();
    else this.lookout.forgets();
  }

  async start(): Promise<void> {
    const place = here();
    const token = takeSetupToken(place);
    if (token !== null) return this.happened({ kind: 'setup-token', token });
    try {
      await api.getVault();
      this.happened({ kind: 'session', found: 'live' });
    } catch (error) {
      const away = failureOf(error).kind === 'unreachable';
      this.happened({ kind: 'session', found: away ? 'unreachable' : 'none' });
    }
  }

  beginSetUp(account: Omit<NewAccount, 'host'>): Promise<RecoverySheet> {
    return this.desk.beginSetUp({ ...account, host: location.host });
  }

  async finishSetUp(): Promise<void> {
    this.#opened(await this.desk.finishSetUp());
    forgetSetupToken(here());
  }

  async signIn(name: string, passphrase: string): Promise<void> {
    this.#opened(await this.desk.signIn(name, passphrase));
  }

  async unlock(passphrase: string): Promise<void> {
    try {
      this.#opened(await this.desk.unlock(passphrase));
    } catch (error) {
      if (endsSession(error)) return this.happened({ kind: 'session-ended' });
      throw error;
    }
  }

  async recover(name: string, sheet: string, passphrase: string): Promise<void> {
    this.#opened(await this.desk.recover(name, sheet, passphrase));
  }

  /** Writes a change into the vault; throws when it did not get through. */
  async change(change: Parameters<Desk['updateVault']>[0]): Promise<void> {
    this.#known(await this.desk.updateVault(change));
  }

  async set(change: Partial<DeskSettings>): Promise<void> {
    await this.change({ settings: withSettings(this.account?.settings ?? {}, change) });
  }

  /** Ends every session but this one; with `next` for a new passphrase, or the same one to change nothing else. */
  async changePassphrase(current: string, next: string): Promise<void> {
    this.#renewing += 1;
    // Nothing may ask between the old session and the new one.
    const goesOn = this.files.hold();
    try {
      this.#known(await this.desk.changePassphrase(current, next));
    } finally {
      goesOn();
      // Answers to what was asked between the old session and the new one may still arrive.
      setTimeout(() => {
        this.#renewing -= 1;
        void this.shelf?.refresh();
      }, SETTLES_MS);
    }
  }

  /** Throws when it is not the passphrase. */
  async sheetAgain(passphrase: string): Promise<RecoverySheet> {
    await this.desk.unlock(passphrase);
    return this.desk.recoverySheet(location.host);
  }

  /** Locks first: what happens on the way to the server can not keep the desk open. */
  async signOut(): Promise<void> {
    this.happened({ kind: 'lock' });
    forgetPlace();
    try {
      await api.signOut();
    } catch (error) {
      if (!endsSession(error)) return this.happened({ kind: 'sign-out-failed' });
    }
    this.happened({ kind: 'signed-out' });
  }

  /** False only when the server says that the token is over; what can not be asked now is asked at the end. */
  async isSetUpOpen(token: string): Promise<boolean> {
    const asked = send({ method: 'GET', path: '/api/setup', bearer: fromBase64url(token) });
    const open = await asked.then(
      () => true,
      (error: unknown) => failureOf(error).kind !== 'wrong',
    );
    if (!open) forgetSetupToken(here());
    return open;
  }

  leaveSetUp(): void {
    forgetSetupToken(here());
    this.happened({ kind: 'back' });
  }

  #known(account: DeskAccount): void {
    this.account = account;
    this.lookout.settings = settingsIn(account.settings);
  }

  #opened(account: DeskAccount): void {
    this.#known(account);
    this.shelf = new Shelf(this.desk, () => this.happened({ kind: 'session-ended' }));
    this.#idle = watchIdle(
      thisPage,
      () => this.happened({ kind: 'idle' }),
      () => this.busy.size > 0,
    );
    this.happened({ kind: 'opened' });
    this.shelf.start();
    void this.drafts.flush();
  }

  #close(): void {
    this.#idle?.stop();
    this.#idle = null;
    this.files.end();
    this.busy.clear();
    this.shelf?.stop();
    this.shelf = null;
    this.account = null;
    this.alerts.forgets();
    this.desk.lock();
    // The worker that opened files is gone and can not remove them; a download may still be copied.
    setTimeout(() => void sweepSaved().catch(() => undefined), COPYING_MS);
  }
}
