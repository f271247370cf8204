/** A sender's bad day, for the property test: one link, one browser, one server, and what happens to them. */
import { Problem } from '../api/problem.ts';
import { type Bytes, sha256, toBase64url } from '../sealed/bytes.ts';
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { newLinkId } from '../sealed/ids.ts';
import { newLink } from '../sealed/link.ts';
import { openManifest } from '../sealed/manifest.ts';
import { NONCE } from '../sealed/ranges.ts';
import { beginSending, takeUp } from './begin.ts';
import { Control } from './control.ts';
import { type Delivery, deliver } from './delivery.ts';
import { FakePace } from './fake-pace.ts';
import { FakeSealing, unsealed } from './fake-sealing.ts';
import { FakeServer, MemoryStore, unwatched } from './fake-server.ts';
import { MemoryStage } from './fake-stage.ts';
import type { Ports } from './ports.ts';
import type { SendingStart } from './sending.ts';

const identity = newIdentity();
const recipient = recipientOf(identity);
const parts = newLink(recipient);
const link = newLinkId();

/** A file on a device, which may be written over. Strict engines then refuse to read what was picked. */
export class DeviceFile {
  readonly name: string;
  readonly versions: Bytes[] = [];
  readable = true;
  readonly #size: number;
  readonly #strict: boolean;

  constructor(name: string, size: number, strict: boolean) {
    this.name = name;
    this.#size = size;
    this.#strict = strict;
    this.change();
  }

  change(): void {
    const version = this.versions.length * 101 + this.name.length;
    this.versions.push(
      Uint8Array.from({ length: this.#size }, (_, i) => (i * 7 + (i >> 13) + version) % 251),
    );
  }

  picked(): File {
    const version = this.versions.length;
    const read = (from: number, to: number) => {
      const stale = this.#strict && this.versions.length !== version;
      if (!this.readable || stale) return Promise.reject(new DOMException('gone', 'NotReadableError'));
      return Promise.resolve(this.versions.at(-1)?.slice(from, to).buffer);
    };
    const { name } = this;
    const file = { name, size: this.#size, type: 'video/mp4', lastModified: 5000 };
    return { ...file, slice: (from: number, to: number) => ({ arrayBuffer: () => read(from, to) }) } as File;
  }

  /** Whether this is one of its versions, whole. */
  was(text: Bytes): boolean {
    return this.versions.some((version) => same(version, text));
  }
}

/** What left, by submission, file number and place: a number has one key, a place one nonce. */
class Leaving {
  readonly #seen = new Map<string, { bytes: Bytes; reach: number }>();
  readonly doubled: string[] = [];

  record(file: string, size: number, offset: number, body: Bytes): void {
    const seen = this.#seen.get(file) ?? { bytes: new Uint8Array(size), reach: 0 };
    this.#seen.set(file, seen);
    const again = Math.max(0, Math.min(seen.reach - offset, body.length));
    if (!same(seen.bytes.subarray(offset, offset + again), body.subarray(0, again)))
      this.doubled.push(`${file} from ${String(offset)}`);
    if (offset > seen.reach) this.doubled.push(`${file} has a gap at ${String(offset)}`);
    seen.bytes.set(body, offset);
    seen.reach = Math.max(seen.reach, offset + body.length);
  }
}

const same = (a: Bytes, b: Bytes) => Buffer.compare(a, b) === 0;

/** Ends a life: nothing of it happens any more. */
class Killed extends Error {}
const never = () => new Promise<never>(() => undefined);

export class StormWorld {
  readonly server = new FakeServer();
  readonly store = new MemoryStore();
  readonly stage = new MemoryStage();
  readonly sealing = new FakeSealing();
  readonly leaving = new Leaving();
  pace = new FakePace();
  readonly pickedEver: DeviceFile[];
  files: DeviceFile[];
  delivery: Delivery | null = null;
  control: Control | null = null;
  lives = 0;
  #die: () => void = () => undefined;
  /** The delivery whose list is being changed. */
  #changing: Delivery | null = null;

  constructor(files: DeviceFile[]) {
    this.files = files;
    this.pickedEver = [...files];
  }

  /** The tab is gone; with the power also what was not flushed. */
  kill(power: boolean): void {
    this.stage.killed(power);
    this.#die();
  }

  add(file: DeviceFile): void {
    this.pickedEver.push(file);
    this.#changes([file], []);
  }

  remove(index: number): void {
    this.#changes([], [index]);
  }

  /** One change after the other, as the page has it: what is chosen is counted in the list that is seen. */
  #changes(added: readonly DeviceFile[], removed: readonly number[]): void {
    const delivery = this.delivery;
    if (delivery === null || this.#changing === delivery) return;
    this.#changing = delivery;
    const picked = added.map((file) => ({ file: file.picked(), question: null }));
    delivery
      .change(picked, removed)
      .then(
        () => (this.files = [...this.files.filter((_, at) => !removed.includes(at)), ...added]),
        () => undefined,
      )
      .finally(() => {
        if (this.#changing === delivery) this.#changing = null;
      });
  }

  /** One visit after the other until the delivery arrived or ended; what it ended with. */
  async visits(): Promise<unknown> {
    for (;;) {
      this.lives += 1;
      try {
        await this.#visit();
        return null;
      } catch (error) {
        if (!(error instanceof Killed)) return error;
        this.delivery = null;
      }
    }
  }

  async #visit(): Promise<void> {
    let living = true;
    const killed = new Promise<never>((_, reject) => {
      this.#die = () => {
        living = false;
        reject(new Killed());
      };
    });
    killed.catch(() => undefined);
    const ports = this.#ports(() => living);
    const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
    const control = (this.control = new Control(() => undefined, { sleep, random: () => 0 }));
    const { begun } = this.store;
    const goesOn = begun !== null && begun.secret !== null && (begun.kept || begun.proven);
    const picked = goesOn ? [] : this.files.map((file) => ({ file: file.picked(), question: null }));
    const run = async () => {
      const start: SendingStart = { ...START, files: picked };
      const beginning = await (goesOn ? takeUp(parts, control, ports) : beginSending(start, control, ports));
      const world = { control, events: unwatched, ports };
      await deliver(beginning, picked, world, (delivery) => (this.delivery = delivery));
    };
    await Promise.race([run(), killed]);
  }

  #ports(living: () => boolean): Ports {
    const { server, store, stage, sealing } = this;
    const alive =
      <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        if (!living()) return never();
        const answer = await call(...args).catch((error: unknown) =>
          living() ? Promise.reject(error as Error) : never(),
        );
        return living() ? answer : never();
      };
    return {
      api: {
        putSubmission: alive(server.api.putSubmission),
        putManifest: alive(server.api.putManifest),
        commit: alive(server.api.commit),
        getReceipt: alive(server.api.getReceipt),
        eraseReceipt: alive(server.api.eraseReceipt),
      },
      tus: {
        head: alive(server.tus.head),
        patch: alive((request) => {
          const n = Number(request.path.split('/').at(-1));
          const body = request.body.slice();
          const size = server.files.get(n)?.size ?? request.offset + body.length;
          this.leaving.record(`${server.submission}/${String(n)}`, size, request.offset, body);
          return server.tus.patch(request);
        }),
      },
      store: {
        read: alive(store.read),
        write: alive(store.write),
        drop: alive(store.drop),
      },
      stage,
      beginSealing: sealing.begin,
      pace: () => this.pace,
      now: () => 900,
      origin: 'https://drop.example',
    };
  }

  /** What is wrong with what the server has in the end; null when it is right. */
  async wrong(): Promise<string | null> {
    if (this.leaving.doubled.length > 0) return `two plaintexts: ${this.leaving.doubled.join()}`;
    if (this.server.state !== 'received') return null;
    const manifest = await openManifest(this.server.manifest, identity);
    const stated = manifest.files.map(({ n }) => n).sort((a, b) => a - b);
    const stored = [...this.server.files.keys()].sort((a, b) => a - b);
    if (stated.join() !== stored.join()) return `numbers ${stated.join()}, but ${stored.join()}`;
    for (const { n, name, head } of manifest.files) {
      const { bytes = new Uint8Array(0) } = this.server.files.get(n) ?? {};
      if (toBase64url(sha256(bytes.subarray(0, 168 + NONCE))) !== head) return `head of ${name}`;
      const file = this.pickedEver.find((other) => other.name === name);
      if (file?.was(unsealed(bytes)) !== true) return `bytes of ${name}`;
    }
    const names = manifest.files.map(({ name }) => name).sort();
    const wanted = this.files.map(({ name }) => name).sort();
    return names.join() === wanted.join() ? null : `files ${names.join()} instead of ${wanted.join()}`;
  }
}

const START: Omit<SendingStart, 'files'> = {
  parts,
  link: {
    link,
    recipient,
    invitation: toBase64url(new Uint8Array([1, 2, 3])),
    state: 'open',
    retention: 1,
    closes_at: 1,
    uses: 1,
    max_files: 20,
    max_bytes: 2 ** 32,
  },
  answers: {},
  consent: null,
  sender: 'Jonas',
};

export const unreachable = () => new Problem('unreachable', 0);
