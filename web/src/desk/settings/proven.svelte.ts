/**
 * What only the owner of the passphrase may do, once at a time, and how it went: said beside its button.
 * Whoever makes one stops it with its page.
 */
import { desk, settings as words } from '../../text/en.ts';
import { endsSession, failureOf } from '../failure.ts';
import type { Session } from '../session.svelte.ts';
import { Wait } from '../wait.svelte.ts';

export class Proven {
  busy = $state(false);
  /** What is wrong with the passphrase. */
  wrong = $state('');
  done = $state('');
  readonly #session: Session;
  readonly #wait = new Wait();
  #failed = $state('');

  constructor(session: Session) {
    this.#session = session;
  }

  get trouble(): string {
    return this.#wait.left > 0 ? desk.signIn.wait(this.#wait.left) : this.#failed;
  }

  /** Whether `work` was done; `ready` is what else it needs. */
  async does(passphrase: string, work: () => Promise<unknown>, done: string, ready = true): Promise<boolean> {
    [this.wrong, this.done, this.#failed] = [passphrase === '' ? words.passphrase.wrong : '', '', ''];
    if (this.wrong || !ready || this.#wait.left > 0) return false;
    this.busy = true;
    try {
      await work();
      this.done = done;
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'wait') this.#wait.begin(failure.seconds);
      if (failure.kind === 'wrong') this.wrong = words.passphrase.wrong;
      else if (endsSession(error)) this.#session.happened({ kind: 'session-ended' });
      else this.#failed = words.failed;
      return false;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    this.#wait.stop();
  }
}
