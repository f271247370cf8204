/** What the tests of the desk begin with: a server in memory, a trainer, and clients who send. */
import type { OpenLink } from '../../api/types.ts';
import { type Bytes, toBase64url } from '../../sealed/bytes.ts';
import { SealedError } from '../../sealed/errors.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { type LinkParts, parseLink } from '../../sealed/link.ts';
import { beginSending } from '../begin.ts';
import { Control, type Nature } from '../control.ts';
import { deliver } from '../delivery.ts';
import { FakePace } from '../fake-pace.ts';
import { FakeServer, MemoryStore, sealHere, unwatched } from '../fake-server.ts';
import type { LinkDraft, SavingError } from '../desk.ts';
import { Account } from './account.ts';
import { FakeDeskServer, type StoredSubmission } from './fake-desk-server.ts';
import { Links } from './links.ts';
import { save } from './saving.ts';
import { MemorySink } from './sink.ts';
import type { Submissions } from './submissions.ts';

export const ORIGIN = 'https://drop.example';
export const PASSPHRASE = 'moss lantern orbit velvet cactus harbor plum';

export const DRAFT: LinkDraft = {
  label: 'Jonas, squats',
  template: 'form-check',
  greeting: 'Hello Jonas',
  instructions: '',
  notice: '',
  questions: [],
  max_seconds: 60,
  retention: 604_800,
  closes_at: 2_000_000_000,
  uses: 1,
  max_files: 20,
  max_bytes: 2 ** 32,
};

export const server = new FakeDeskServer();
export const account = new Account(server.api);
export const links = new Links(server.api, account);
export let sheet = '';

/** Signs up; to be called once in a test file, before anything else. */
export async function begins(): Promise<void> {
  const token = toBase64url(server.setupToken);
  const made = await account.beginSetUp({
    token,
    name: 'Mara',
    display_name: 'Mara Lind',
    passphrase: PASSPHRASE,
    host: 'drop.example',
  });
  sheet = made.text;
  await account.finishSetUp();
}

/** The receipt of each submission, as its sender holds it. */
export const sent = new Map<SubmissionId, LinkParts>();

/** The server is honest again. */
export function honest(): void {
  server.before = () => undefined;
  server.alter = () => null;
}

/** A client opens the link and sends; the server keeps what came. */
export async function clientSends(url: string, ...files: File[]): Promise<StoredSubmission> {
  const parts = parseLink(url);
  const record = [...server.links.values()].at(-1);
  if (record === undefined) throw new Error('no link');
  const link: OpenLink = { ...record, link: record.id, invitation: record.invitation ?? '', state: 'open' };
  const receiving = new FakeServer();
  const control = new Control(() => undefined, { sleep: () => Promise.resolve(), random: () => 1 });
  const ports = {
    api: receiving.api,
    tus: receiving.tus,
    store: new MemoryStore(),
    stage: null,
    beginSealing: sealHere,
    pace: () => new FakePace(),
    now: () => 1,
    origin: ORIGIN,
  };
  const start = {
    parts,
    link,
    files: files.map((file) => ({ file, question: null })),
    answers: {},
    consent: null,
    sender: 'Jonas',
  };
  const beginning = await beginSending(start, control, ports);
  const arrived = await deliver(beginning, start.files, { control, events: unwatched, ports });
  const stored: StoredSubmission = {
    manifest: receiving.manifest,
    files: new Map([...receiving.files].map(([n, { bytes }]) => [n, bytes])),
    notes: null,
    reply: null,
    detail: {
      id: receiving.submission as SubmissionId,
      link: record.id,
      state: 'received',
      received_at: 1,
      expires_at: 2,
      opened_at: null,
      notes: null,
      reply: null,
      asked: false,
      card: record.card,
      invitation: record.invitation ?? '',
      proof: toBase64url(receiving.proof),
      files: Object.fromEntries(
        [...receiving.files].map(([n, { size }]) => [n, { size, offset: size, saved_at: null }]),
      ),
    },
  };
  server.submissions.set(stored.detail.id, stored);
  sent.set(stored.detail.id, parseLink(arrived.receipt));
  return stored;
}

export function film(size: number, seed = 7): File {
  return new File([Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 9)) % 253)], 'squat.mp4', {
    type: 'video/mp4',
  });
}

export async function makeAndSend(...files: File[]): Promise<StoredSubmission> {
  const { url } = await links.make(DRAFT, ORIGIN);
  return clientSends(url, ...files);
}

export async function reasonOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    return error instanceof SealedError
      ? `${error.format} ${error.reason}`
      : String((error as SavingError).reason);
  }
  return 'accepted';
}

/** Opens, fetches and opens a file, as the worker does. */
export async function saves(
  submissions: Submissions,
  id: SubmissionId,
  n: number,
  control = hurried(),
): Promise<Bytes> {
  const file = submissions.file(id, n);
  if (file === null) throw new Error('not opened');
  const ports = { getFilePart: server.api.getFilePart };
  const blob = await save(file, new MemorySink(), ports, () => undefined, control);
  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
}

/** Does not wait between its tries. */
export function hurried(): Control {
  return new Control(() => undefined, HURRIED);
}

export const HURRIED: Nature = { sleep: () => Promise.resolve(), random: () => 1 };

export const NONE: Bytes = new Uint8Array(0);
