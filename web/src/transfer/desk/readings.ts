/** The files that players read right now, in the desk's worker. */
import type { Bytes } from '../../sealed/bytes.ts';
import { type Nature, sleeping } from '../control.ts';
import { SavingError } from '../desk.ts';
import { serve, tell as answer } from './handing.ts';
import { type FromDesk, type ReadMessage, passed } from './messages.ts';
import { Reading, type ReadingPorts } from './reading.ts';
import type { Submissions } from './submissions.ts';

type Message<Kind extends ReadMessage['kind']> = Extract<ReadMessage, { kind: Kind }>;

/** Of waiting between tries; to be told apart from a test's. */
export const NATURE: Nature = { sleep: sleeping, random: Math.random };

export class Readings {
  readonly #ports: ReadingPorts;
  readonly #submissions: Submissions;
  readonly #tell: (message: FromDesk) => void;
  readonly #open = new Map<number, Reading>();

  constructor(ports: ReadingPorts, submissions: Submissions, tell: (message: FromDesk) => void) {
    this.#ports = ports;
    this.#submissions = submissions;
    this.#tell = tell;
  }

  /** Answers how many bytes there are. */
  async begin({ id, submission, n }: Message<'begin-reading'>): Promise<number> {
    const file = this.#submissions.file(submission, n);
    if (file === null) throw new SavingError('not-opened');
    const reading = await Reading.opens(file, this.#ports);
    this.#open.set(id, reading);
    return reading.size;
  }

  async read({ reading, from, to }: Message<'read'>): Promise<Bytes> {
    const open = this.#open.get(reading);
    if (open === undefined) throw new SavingError('not-opened');
    return open.read(from, to);
  }

  serve({ reading, port, type, name }: Message<'serve'>): void {
    const open = this.#open.get(reading);
    if (open === undefined) return answer(port, { owner: false });
    serve(port, { type, name, size: open.size, whole: false }, open, (why) =>
      this.#tell({ kind: 'reading-failed', id: reading, error: passed(why) }),
    );
  }

  end(reading: number): void {
    this.#open.get(reading)?.close();
    this.#open.delete(reading);
  }
}
