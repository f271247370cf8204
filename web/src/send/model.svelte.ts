/**
 * One visit of someone who sends: what is true now, and the few things they can do. The screens read it
 * and call it. Which screen follows which is decided in flow.ts, what ends a visit in stop.ts.
 */
import { toBase64url } from '../sealed/bytes.ts';
import { LinkError } from '../sealed/errors.ts';
import type { LinkParts } from '../sealed/link.ts';
import type { Sending, SendingEvents, SendingStart } from '../transfer/sending.ts';
import type { Unfinished } from '../transfer/unfinished.ts';
import { shownText } from '../ui/shown.ts';
import { adopt, arrivedWith, browserPlace, forget } from './address.ts';
import { firstUnfinished, type Given } from './answers.ts';
import { arrivedBefore, forgetArrived, rememberArrived } from './arrived.ts';
import type * as Begun from './begun.ts';
import { after, ASKED, type Facts, type Screen, shown } from './flow.ts';
import { insist } from './insist.ts';
import { type Delivered, dropKept, keepsAny, readKept, writeKept } from './kept.ts';
import type { Looks } from './looks.svelte.ts';
import { type Opened, open } from './opening.ts';
import { added, given, type Picked, replaced, type Unfit, unfit } from './picked.ts';
import type { Listed, Run } from './run.svelte.ts';
import { stepsOf } from './steps.ts';
import { isOver, lets, meanwhile, type Stop, stopOf } from './stop.ts';
import { backward, begin, current, forward, instead } from './trail.ts';

const bareStop = (kind: Stop['kind']): Stop => ({ kind, at: null, file: null });

/** Fetches what seals and sends: most of the code, and not needed before the last tap. */
export type LoadTransfer = () => Promise<{
  startSending: (start: SendingStart, events: SendingEvents) => Sending;
  continueSending: (unfinished: Unfinished, events: SendingEvents) => Sending;
}>;

export class Visit {
  opened = $state.raw<Opened | null>(null);
  stop = $state.raw<Stop | null>(null);
  delivered = $state.raw<Delivered | null>(null);
  /** What this browser sent through the same link before. */
  earlier = $state.raw<Delivered | null>(null);
  drafts = $state<Record<string, string>>({});
  name = $state('');
  agreed = $state(false);
  files = $state.raw<readonly Picked[]>([]);
  /** What an earlier visit of this browser left. */
  /** File questions whose file was picked before the page was reloaded. */
  lostFor = $state.raw<readonly string[]>([]);
  before = $state<'nothing' | 'answers' | 'picked'>('nothing');
  /** What is on its way right now. */
  run = $state.raw<Run | null>(null);
  /** Begun here through this link and not finished, until it is gone on with or erased. */
  unfinished = $state.raw<Unfinished | null>(null);
  /** The same of every link, where the page was opened without one. */
  several = $state.raw<readonly Unfinished[]>([]);
  /** Shows and ends what was begun: fetched only where something may have been. */
  begun = $state.raw<typeof Begun | null>(null);
  looks = $state.raw<Looks | null>(null);
  /** What ended last had been begun on an earlier visit: nothing of it is on this page. */
  wentOn = $state(false);
  /** The name of the file that the stop is about. */
  stoppedFile = $state('');

  #entry = $state.raw<Screen>(ASKED);
  #keys = 0;
  readonly #place = browserPlace();
  readonly load: LoadTransfer;

  readonly questions = $derived(this.opened?.invitation.questions ?? []);
  /** The words to agree to, as they are shown; "" when there are none. */
  readonly notice = $derived(shownText(this.opened?.invitation.notice ?? '').trim());
  /** The screens of the questions. */
  readonly steps = $derived(stepsOf(this.questions));
  /** Whether a film is asked for beside the questions: file questions ask for their files themselves. */
  readonly films = $derived(
    (this.opened?.invitation.max_files ?? 0) > 0 && !this.questions.some(({ kind }) => kind === 'file'),
  );
  readonly facts: Facts = $derived({
    questions: this.steps.length,
    films: this.films,
    files: this.files.length,
    lost: this.before === 'picked' && this.files.length === 0 && this.films,
    unfinished: firstUnfinished(
      this.steps.map(({ question }) => question),
      this.drafts,
      (id) => this.given(id),
    ),
    phase: this.delivered ? 'sent' : this.run ? 'sending' : 'writing',
  });
  readonly screen: Screen = $derived(shown(this.#entry, this.facts));
  readonly unfit: Unfit | null = $derived(this.opened ? unfit(this.files, this.opened.invitation) : null);

  constructor(load: LoadTransfer) {
    this.load = load;
  }

  /** Reads the link and opens the invitation; again after a failure that passes. */
  async start(): Promise<void> {
    this.stop = null;
    if (!isSecureContext) return this.#stopAt(bareStop('insecure'));
    if (!('subtle' in crypto) || !('Worker' in globalThis)) return this.#stopAt(bareStop('old-browser'));
    try {
      const parts = await this.#parts();
      if (parts) await this.#opens(parts);
    } catch (error) {
      const earlier = arrivedBefore();
      if (earlier) this.delivered = earlier;
      else this.#stopAt(stopOf(error, navigator.onLine));
    }
  }

  /** The link of this page, or of the one thing that was begun here; null where there are several. */
  async #parts(): Promise<LinkParts | null> {
    try {
      return arrivedWith(this.#place);
    } catch (error) {
      const bare = error instanceof LinkError && error.reason === 'missing';
      if (!bare || arrivedBefore() || !(await keepsAny())) throw error;
      this.begun = await insist(() => import('./begun.ts'));
      const [one, ...others] = await this.begun.allUnfinished();
      if (!one) throw error;
      if (others.length > 0) {
        this.several = [one, ...others];
        return null;
      }
      adopt(this.#place, one.parts);
      return one.parts;
    }
  }

  /** Goes to one of several that were begun. */
  async choose({ parts }: Unfinished): Promise<void> {
    adopt(this.#place, parts);
    this.several = [];
    await this.start();
  }

  async #opens(parts: LinkParts): Promise<void> {
    forgetArrived();
    const name = toBase64url(parts.fingerprint);
    const kept = await readKept(name);
    if (kept) this.begun ??= await insist(() => import('./begun.ts'));
    this.unfinished = (await this.begun?.unfinishedOf(parts)) ?? null;
    try {
      this.opened = await open(parts);
    } catch (error) {
      const stop = stopOf(error, navigator.onLine);
      // Gone on with already, or it can be: that needs nothing that the link says.
      if (this.run || this.delivered || (this.unfinished && lets(this.unfinished.how, stop.kind))) return;
      return this.#over(stop, parts, kept?.delivered ?? null);
    }
    this.earlier = kept?.delivered ?? null;
    if (kept) {
      this.drafts = { ...kept.drafts };
      this.name = kept.name;
      this.lostFor = kept.pickedFor ?? [];
      const answered = Object.values(kept.drafts).some((text) => text !== '');
      if (kept.picked) this.before = 'picked';
      else if (answered || this.lostFor.length > 0) this.before = 'answers';
    }
    // What has to be picked again is asked for at once.
    const toPick = this.unfinished?.how === 'pick';
    this.#entry = shown(toPick ? { at: 'check' } : begin(), this.facts);
    // Fetched while the invitation is read; a failure shows when it is needed.
    void this.load().catch(() => undefined);
  }

  /** The invitation is not to be had. */
  async #over(stop: Stop, parts: LinkParts, earlier: Delivered | null): Promise<void> {
    const { begun } = this;
    const mine = stop.kind === 'spent' ? (earlier ?? (await begun?.deliveredBy(parts)) ?? null) : null;
    if (mine) {
      this.delivered = mine;
      this.unfinished = null;
      return this.#stopAt({ kind: 'spent-here', at: mine.received_at, file: null });
    }
    if (!isOver(stop.kind)) return this.#stopAt(stop);
    const lost = this.unfinished !== null;
    this.unfinished = null;
    this.#stopAt(lost ? meanwhile(stop) : stop);
    // The link is over: what was written for it serves nothing any more.
    if (earlier) return;
    await dropKept(toBase64url(parts.fingerprint));
    await begun?.forgetUnfinished(parts).catch(() => undefined);
  }

  next(): void {
    this.go(after(this.screen, this.facts));
  }

  /** Goes to a screen, or to what has to be done before it: that stays, also once it is done. */
  go(to: Screen): void {
    const at = shown(to, this.facts);
    forward(at);
    this.#entry = at;
  }

  back(): void {
    if (backward()) return;
    instead(ASKED);
    this.#entry = ASKED;
  }

  /** The browser's own Back or Forward. While something is sent it asks first. */
  moved(): void {
    if (this.facts.phase === 'sending') {
      forward({ at: 'sending' });
      if (this.run) this.run.asksToStop = true;
    } else {
      this.#entry = shown(current(), this.facts);
    }
  }

  pick(chosen: readonly File[]): void {
    if (!this.opened || chosen.length === 0) return;
    this.files = added(this.files, chosen, this.opened.invitation, this.#keys);
    this.#keys += chosen.length;
    void this.#look();
    // Written down before the screen moves on: what is shown as picked survives a reload.
    void this.keep().then(() => {
      if (this.screen.at === 'film' && this.files.length > 0 && !this.unfit) this.next();
    });
  }

  given(question: string): Given {
    if (this.pickedFor(question)) return 'file';
    return this.lostFor.includes(question) ? 'lost' : 'nothing';
  }

  pickedFor(question: string): Picked | null {
    return this.files.find((picked) => picked.question === question) ?? null;
  }

  /** The length that was asked for at most, in seconds, where there is a wish. */
  secondsFor({ question }: Picked): number | undefined {
    const asked = this.questions.find(({ id }) => id === question) ?? this.opened?.invitation;
    return asked?.max_seconds;
  }

  /** Gives a file to the question that asks for one. */
  give(question: string, file: File): void {
    this.files = given(this.files, question, file, this.#keys);
    this.#keys += 1;
    void this.#look();
    this.forgetLost(question);
  }

  /** Files for what is on its way already. */
  async addWhileSending(chosen: readonly File[]): Promise<void> {
    const fresh = chosen.map((file) => ({ key: this.#keys++, file, question: null }));
    if (fresh.length > 0 && (await this.run?.add(fresh))) this.files = [...this.files, ...fresh];
  }

  async removeWhileSending(key: number): Promise<void> {
    if (await this.run?.remove(key)) this.files = this.files.filter((picked) => picked.key !== key);
  }

  /** The same picture with something covered takes its place; on the phone nothing changes. */
  replace(key: number, file: File): void {
    this.files = replaced(this.files, key, file, this.#keys++);
    void this.#look();
  }

  async #look(): Promise<void> {
    const { Looks } = await insist(() => import('./later.ts'));
    this.looks ??= new Looks();
    for (const picked of this.files) this.looks.look(picked);
  }

  takeBack(question: string): void {
    this.files = this.files.filter((picked) => picked.question !== question);
    void this.keep();
  }

  /** What was picked for it before a reload is not wanted any more. */
  forgetLost(question: string): void {
    this.lostFor = this.lostFor.filter((lost) => lost !== question);
    void this.keep();
  }

  /** Answers alone are to be sent. */
  withoutFiles(): void {
    this.#forgetPicked();
    this.next();
  }

  remove(key: number): void {
    this.files = this.files.filter((picked) => picked.key !== key);
    this.#forgetPicked();
    void this.keep();
  }

  /** Writes down what would be missed after a reload. */
  async keep(): Promise<void> {
    if (!this.opened || this.delivered) return;
    await writeKept(toBase64url(this.opened.parts.fingerprint), {
      drafts: { ...this.drafts },
      name: this.name,
      picked: this.films && (this.files.length > 0 || this.facts.lost),
      pickedFor: [...this.files.flatMap(({ question }) => question ?? []), ...this.lostFor],
      delivered: this.earlier,
    });
  }

  begins(run: Run): void {
    this.run = run;
    this.unfinished = null;
    this.stop = null;
    forward({ at: 'sending' });
    void this.keep();
  }

  async arrived(delivered: Delivered, parts: LinkParts): Promise<void> {
    this.delivered = delivered;
    this.run = null;
    instead({ at: 'arrived' });
    rememberArrived(delivered);
    forget(this.#place);
    await writeKept(toBase64url(parts.fingerprint), { drafts: {}, name: '', picked: false, delivered });
  }

  /** Sending ended without a delivery; `stop` is null where the person ended it, `file` what it is about. */
  ended(stop: Stop | null, file: Listed | null): void {
    this.wentOn = this.run?.goesOn === true;
    this.run = null;
    // The entry of the sending screen lies on top of the one it was sent from.
    this.#entry = shown(this.opened ? { at: 'check' } : ASKED, this.facts);
    backward();
    this.stop = stop;
    this.stoppedFile = file?.name ?? '';
    if (!file || (stop?.kind !== 'file-unreadable' && stop?.kind !== 'file-changed')) return;
    const question = file.picked?.question ?? null;
    if (question !== null) this.lostFor = [...this.lostFor, question];
    this.remove(file.key);
  }

  /** Another tab of this browser sends it. */
  async goesElsewhere(parts: LinkParts): Promise<void> {
    this.begun ??= await insist(() => import('./begun.ts'));
    this.run = null;
    this.unfinished = await this.begun.unfinishedOf(parts);
    this.#entry = shown({ at: 'check' }, this.facts);
    backward();
  }

  /** The other tab let go: it goes on here, or something else became of it. */
  async freed(parts: LinkParts, goesOn: (unfinished: Unfinished) => void): Promise<void> {
    const now = (await this.begun?.unfinishedOf(parts)) ?? null;
    this.unfinished = now;
    if (now?.how === 'continue') goesOn(now);
    else if (now?.how !== 'elsewhere') await this.start();
  }

  /** Erases what was begun, here and with the server; what another tab took up meanwhile is that tab's. */
  async erase({ parts }: Unfinished): Promise<void> {
    if ((await this.begun?.forgetUnfinished(parts)) === false) return this.goesElsewhere(parts);
    this.unfinished = null;
    this.#forgetPicked();
    await this.keep();
    this.#stopAt(bareStop('taken-back'));
  }

  /** Leaves the stop for the screen where something can be done about it. */
  leaveStop(to: 'asked' | 'check' | 'film'): void {
    this.stop = null;
    if (this.#entry.at !== to) this.go({ at: to });
  }

  #forgetPicked(): void {
    if (this.before === 'picked') this.before = 'answers';
  }

  #stopAt(stop: Stop): void {
    this.stop = stop;
  }
}
