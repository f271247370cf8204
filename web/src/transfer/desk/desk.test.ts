/** The desk against an honest server, and against one that swaps, drops, replays, cuts and alters. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../api/problem.ts';
import type { OpenLink } from '../../api/types.ts';
import { type Bytes, concat, equal, randomBytes, toBase64url } from '../../sealed/bytes.ts';
import { SealedError } from '../../sealed/errors.ts';
import { recipientOf, newIdentity } from '../../sealed/identity.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { sealInvitation } from '../../sealed/invitation.ts';
import { parseLink } from '../../sealed/link.ts';
import { sealCard } from '../../sealed/card.ts';
import { SEALED_CHUNK } from '../../sealed/ranges.ts';
import { Control } from '../control.ts';
import { Delivery } from '../delivery.ts';
import { FakeServer, MemoryStore } from '../fake-server.ts';
import type { LinkDraft, SavingError } from '../desk.ts';
import { Account } from './account.ts';
import { FakeDeskServer, type StoredSubmission } from './fake-desk-server.ts';
import { Links } from './links.ts';
import { save } from './saving.ts';
import { MemorySink } from './sink.ts';
import { Submissions } from './submissions.ts';

const ORIGIN = 'https://drop.example';
const PASSPHRASE = 'moss lantern orbit velvet cactus harbor plum';

const DRAFT: LinkDraft = {
  label: 'Jonas, squats',
  template: 'form-check',
  greeting: 'Hello Jonas',
  instructions: '',
  notice: '',
  questions: [],
  retention: 604_800,
  closes_at: 2_000_000_000,
  uses: 1,
  max_files: 20,
  max_bytes: 2 ** 32,
};

const server = new FakeDeskServer();
const account = new Account(server.api);
const links = new Links(server.api, account);
let sheet = '';

beforeAll(async () => {
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
}, 30_000);

beforeEach(() => {
  server.before = () => undefined;
  server.alter = () => null;
});

/** A client opens the link and sends; the server keeps what came. */
async function clientSends(url: string, ...files: File[]): Promise<StoredSubmission> {
  const parts = parseLink(url);
  const record = [...server.links.values()].at(-1);
  if (record === undefined) throw new Error('no link');
  const link: OpenLink = { ...record, link: record.id, invitation: record.invitation ?? '', state: 'open' };
  const receiving = new FakeServer();
  const control = new Control(
    () => undefined,
    () => Promise.resolve(),
  );
  const events = { phase: () => undefined, sizes: () => undefined, moved: () => undefined };
  const ports = {
    api: receiving.api,
    tus: receiving.tus,
    store: new MemoryStore(),
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
  await new Delivery(start, control, events, ports).run();
  const stored: StoredSubmission = {
    manifest: receiving.manifest,
    files: new Map([...receiving.files].map(([n, { bytes }]) => [n, bytes])),
    detail: {
      id: receiving.submission as SubmissionId,
      link: record.id,
      state: 'received',
      received_at: 1,
      expires_at: 2,
      opened_at: null,
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
  return stored;
}

function film(size: number, seed = 7): File {
  return new File([Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 9)) % 253)], 'squat.mp4', {
    type: 'video/mp4',
  });
}

async function makeAndSend(...files: File[]): Promise<StoredSubmission> {
  const { url } = await links.make(DRAFT, ORIGIN);
  return clientSends(url, ...files);
}

async function reasonOf(run: Promise<unknown>): Promise<string> {
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
async function saves(
  submissions: Submissions,
  id: SubmissionId,
  n: number,
  signal = new AbortController().signal,
): Promise<Bytes> {
  const file = submissions.file(id, n);
  if (file === null) throw new Error('not opened');
  const ports = { getFilePart: server.api.getFilePart, sleep: () => Promise.resolve() };
  const blob = await save(file, new MemorySink(), ports, () => undefined, signal);
  return new Uint8Array(await blob.arrayBuffer());
}

describe('an account', () => {
  test('is signed in to by its passphrase and by no other', async () => {
    expect((await new Account(server.api).signIn(' MARA', PASSPHRASE)).display_name).toBe('Mara Lind');
    await expect(new Account(server.api).signIn('mara', `${PASSPHRASE}s`)).rejects.toThrow('sign-in-refused');
  });

  test('unlocks with the passphrase only, by a session that stands', async () => {
    expect((await new Account(server.api).unlock(PASSPHRASE)).name).toBe('mara');
    expect(await reasonOf(new Account(server.api).unlock('wrong'))).toBe('vault passphrase');
  });

  test('holds and lists nothing before it is unlocked', async () => {
    const locked = new Account(server.api);
    expect(() => locked.unlocked).toThrow('passphrase');
    const lockedLinks = new Links(server.api, locked);
    expect(await reasonOf(lockedLinks.list(ORIGIN))).toBe('vault passphrase');
    expect(await reasonOf(new Submissions(server.api, locked, lockedLinks).list())).toBe('vault passphrase');
  });

  test('keeps a change of the vault that another desk made at the same time', async () => {
    const other = new Account(server.api);
    await other.unlock(PASSPHRASE);
    await account.updateVault({ settings: { theme: 'dark' } });
    await other.updateVault({ display_name: 'Mara L.' });
    expect(await account.unlock(PASSPHRASE)).toMatchObject({
      display_name: 'Mara L.',
      settings: { theme: 'dark' },
    });
  });

  test('is told a vault that was swapped for another account is altered', async () => {
    const other = new FakeDeskServer();
    const foreign = new Account(other.api);
    await foreign.beginSetUp({
      token: toBase64url(other.setupToken),
      name: 'eve',
      display_name: 'Eve',
      passphrase: 'x y z',
      host: 'h',
    });
    await foreign.finishSetUp();
    const own = server.account?.vault ?? '';
    if (server.account && other.account) server.account.vault = other.account.vault;
    expect(await reasonOf(new Account(server.api).unlock(PASSPHRASE))).toBe('vault altered');
    if (server.account) server.account.vault = own;
  });

  test('gets a new passphrase by the recovery sheet, and by the old one', async () => {
    const recovered = new Account(server.api);
    await recovered.recover('mara', sheet, 'another long passphrase 77');
    expect((await recovered.changePassphrase('another long passphrase 77', PASSPHRASE)).recipient).toBe(
      account.described().recipient,
    );
    expect(await reasonOf(new Account(server.api).recover('mara', 'AGE-SECRET-KEY-1QQ', 'x'))).toBe(
      'vault sheet',
    );
  }, 20_000);
});

describe('a link', () => {
  test('is listed with its label and the address it was made with', async () => {
    const { id, url } = await links.make(DRAFT, ORIGIN);
    const listed = (await links.list(ORIGIN)).find(({ record }) => record.id === id);
    expect(listed).toMatchObject({
      label: 'Jonas, squats',
      url,
      refusal: null,
      invitation: { greeting: 'Hello Jonas' },
    });
  });

  test('is made once when the answer was lost', async () => {
    let lost = 1;
    server.before = (call) => {
      if (call === 'put link' && lost-- > 0) throw new Problem('unreachable', 0);
    };
    const { id } = await links.make(DRAFT, ORIGIN);
    expect(server.links.has(id)).toBe(true);
  });

  const hostile: [string, (first: string, second: string) => void, string][] = [
    ['whose card was swapped for another link’s', (a, b) => swap(a, b, 'card'), 'card link'],
    ['whose invitation was swapped', (a, b) => swap(a, b, 'invitation'), 'invitation altered'],
    ['whose recipient was changed', (a) => set(a, 'recipient', recipientOf(newIdentity())), 'card link'],
    ['whose retention was changed', (a) => set(a, 'retention', 3600), 'card link'],
    ['whose limit was changed', (a) => set(a, 'max_bytes', 5), 'invitation limits-differ'],
    ['whose card is noise', (a) => set(a, 'card', 'AAAA'), 'header malformed'],
  ];
  test.each(hostile)('%s is refused', async (_name, act, reason) => {
    const [a, b] = [await links.make(DRAFT, ORIGIN), await links.make({ ...DRAFT, label: 'B' }, ORIGIN)];
    act(a.id, b.id);
    const listed = (await links.list(ORIGIN)).find(({ record }) => record.id === a.id);
    expect(listed?.label).toBeNull();
    expect(`${listed?.refusal?.format ?? ''} ${listed?.refusal?.reason ?? ''}`).toMatch(
      reason === 'header malformed' ? /^header (cut-off|malformed)$/ : reason,
    );
    server.links.clear();
  });

  test('whose card the server made itself is refused', async () => {
    const made = await links.make(DRAFT, ORIGIN);
    const eve = newIdentity();
    const forged = {
      link: made.id,
      label: 'forged',
      secret: randomBytes(16),
      identity: eve,
      retention: 1,
      uses: 1,
      closes_at: 1,
      template: '',
    };
    set(made.id, 'card', toBase64url(await sealCard(forged, eve, account.described().recipient)));
    expect((await links.list(ORIGIN)).find(({ record }) => record.id === made.id)?.refusal).toEqual({
      format: 'card',
      reason: 'maker',
    });
    server.links.clear();
  });
});

function set(id: string, field: string, value: unknown): void {
  Object.assign([...server.links.values()].find((link) => link.id === id) ?? {}, { [field]: value });
}

function swap(a: string, b: string, field: 'card' | 'invitation'): void {
  const other = [...server.links.values()].find((link) => link.id === b);
  set(a, field, other?.[field]);
}

describe('a submission', () => {
  test('opens with its names, and its files to the same bytes', async () => {
    const files = [film(9 * 2 ** 20 + 3), film(0), film(65_536)];
    const { detail } = await makeAndSend(...files);
    const submissions = new Submissions(server.api, account, links);
    expect((await submissions.list()).find(({ record }) => record.id === detail.id)?.label).toBe(
      'Jonas, squats',
    );
    const opened = await submissions.open(detail.id);
    expect(opened).toMatchObject({
      label: 'Jonas, squats',
      manifest: { sender: 'Jonas' },
      invitation: { greeting: 'Hello Jonas' },
    });
    for (const [i, file] of files.entries()) {
      expect(equal(await saves(submissions, detail.id, i), new Uint8Array(await file.arrayBuffer()))).toBe(
        true,
      );
    }
  }, 20_000);

  const refusals: [string, (own: StoredSubmission, other: StoredSubmission) => void, string | RegExp][] = [
    ['with another proof', (own) => void (own.detail.proof = toBase64url(randomBytes(32))), 'manifest proof'],
    [
      'with the proof of another',
      (own, other) => void (own.detail.proof = other.detail.proof),
      'manifest proof',
    ],
    [
      'with an earlier manifest',
      (own, other) => void (own.manifest = other.manifest),
      /^(manifest proof|age wrong-identity)$/,
    ],
    ['with a card of another link', (own, other) => void (own.detail.card = other.detail.card), 'card link'],
    [
      'that is said to belong to another link',
      (own, other) => void (own.detail.link = other.detail.link),
      'card link',
    ],
    [
      'with another invitation of the same link',
      (own) => void (own.detail.invitation = sealedAgain(own)),
      'manifest invitation',
    ],
    ['that lacks a file', (own) => void (own.detail.files = only(own, 0)), 'manifest files'],
    [
      'with a file more',
      (own) =>
        void (own.detail.files = { ...own.detail.files, 9: { size: 400, offset: 400, saved_at: null } }),
      'manifest files',
    ],
    [
      'whose files were swapped',
      (own) =>
        void (own.files = new Map([
          [0, own.files.get(1) ?? NONE],
          [1, own.files.get(0) ?? NONE],
        ])),
      /^manifest (head|size)$/,
    ],
    [
      'with a file of another submission',
      (own, other) => void own.files.set(0, other.files.get(0) ?? NONE),
      'manifest head',
    ],
    [
      'whose file is said to be shorter',
      (own) => void (own.detail.files = resized(own, -65_552)),
      /^manifest size$/,
    ],
    [
      'whose file is said to be longer',
      (own) => void (own.detail.files = resized(own, 65_552)),
      /^manifest size$/,
    ],
  ];
  test.each(refusals)('%s is refused', async (_name, act, reason) => {
    const own = await makeAndSend(film(3 * 65_536), film(3 * 65_536, 11));
    const other = await makeAndSend(film(3 * 65_536, 13));
    act(own, other);
    const submissions = new Submissions(server.api, account, links);
    expect(await reasonOf(submissions.open(own.detail.id))).toMatch(reason);
    expect(submissions.file(own.detail.id, 0)).toBeNull();
  });

  test('answered for another id is refused', async () => {
    const own = await makeAndSend(film(10));
    const other = await makeAndSend(film(10));
    server.submissions.set(own.detail.id, other);
    expect(await reasonOf(new Submissions(server.api, account, links).open(own.detail.id))).toBe(
      'manifest submission',
    );
  });
});

const NONE: Bytes = new Uint8Array(0);

function sealedAgain(own: StoredSubmission): string {
  const record = server.links.get(own.detail.link);
  if (record === undefined) throw new Error('no link');
  const { label: _label, template: _template, ...asked } = DRAFT;
  const card = cardSecrets.get(record.recipient);
  if (card === undefined) throw new Error('no card');
  const invitation = { v: 1 as const, link: record.id, from: 'Mara Lind', readers: [], ...asked };
  return toBase64url(sealInvitation(invitation, card, record.recipient));
}

/** The secret of each link made here, as its maker knows it. */
const cardSecrets = new Map<string, Bytes>();
const makeLink = links.make.bind(links);
links.make = async (draft, origin) => {
  const made = await makeLink(draft, origin);
  cardSecrets.set(server.links.get(made.id)?.recipient ?? '', parseLink(made.url).secret);
  return made;
};

function only(own: StoredSubmission, n: number): StoredSubmission['detail']['files'] {
  return Object.fromEntries(Object.entries(own.detail.files).filter(([name]) => name === String(n)));
}

function resized(own: StoredSubmission, by: number): StoredSubmission['detail']['files'] {
  const size = (own.files.get(0)?.length ?? 0) + by;
  return { ...own.detail.files, 0: { size, offset: size, saved_at: null } };
}

describe('a file that is saved', () => {
  let own: StoredSubmission;
  let submissions: Submissions;
  const plaintext = film(3 * 65_536 + 50);

  beforeAll(async () => {
    own = await makeAndSend(plaintext);
    submissions = new Submissions(server.api, account, links);
    await submissions.open(own.detail.id);
  }, 20_000);

  const alterations: [string, (bytes: Bytes) => Bytes][] = [
    ['a bit of which was altered', (bytes) => flipped(bytes, 100_000)],
    ['whose last byte was altered', (bytes) => flipped(bytes, bytes.length - 1)],
    ['whose header was altered', (bytes) => flipped(bytes, 100)],
    ['whose chunks were reordered', (bytes) => reordered(bytes)],
    [
      'whose first chunk is repeated',
      (bytes) =>
        concat(
          bytes.slice(0, 184 + SEALED_CHUNK),
          bytes.slice(184, 184 + SEALED_CHUNK),
          bytes.slice(184 + 2 * SEALED_CHUNK),
        ),
    ],
  ];
  test.each(alterations)('%s is refused', async (_name, alter) => {
    const whole = alter(own.files.get(0) ?? NONE);
    server.alter = ({ from, to }) => whole.slice(from, to + 1);
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('altered');
  });

  test('that is cut off is never a shorter file', async () => {
    const whole = own.files.get(0) ?? NONE;
    server.alter = ({ from, to }) => whole.slice(from, Math.min(to + 1, 150_000));
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('cut-off');
  });

  test('whose last chunk is wrong is not begun to be written', async () => {
    const whole = flipped(own.files.get(0) ?? NONE, (own.files.get(0)?.length ?? 0) - 1);
    const asked: number[] = [];
    server.alter = ({ from, to }) => {
      asked.push(from);
      return whole.slice(from, to + 1);
    };
    const file = submissions.file(own.detail.id, 0);
    const sink = new MemorySink();
    let written = 0;
    sink.write = () => Promise.resolve(void written++);
    const ports = { getFilePart: server.api.getFilePart, sleep: () => Promise.resolve() };
    if (file === null) throw new Error('not opened');
    await expect(save(file, sink, ports, () => undefined, new AbortController().signal)).rejects.toThrow(
      'altered',
    );
    expect(written).toBe(0);
    expect(asked).toEqual([0, 184 + 3 * SEALED_CHUNK]);
  });

  test('and erased meanwhile says so', async () => {
    server.before = (call) => {
      if (call === 'part') throw new Problem('not-available', 404);
    };
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('erased');
  });

  test('goes on after lost connections', async () => {
    let lost = 5;
    server.before = (call) => {
      if (call === 'part' && lost-- > 0) throw new Problem('unreachable', 0);
    };
    expect(
      equal(await saves(submissions, own.detail.id, 0), new Uint8Array(await plaintext.arrayBuffer())),
    ).toBe(true);
  });

  test('and cancelled leaves nothing', async () => {
    const ending = new AbortController();
    server.before = () => ending.abort();
    expect(await reasonOf(saves(submissions, own.detail.id, 0, ending.signal))).toBe('cancelled');
  });
});

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function reordered(bytes: Bytes): Bytes {
  const chunk = (i: number) => bytes.slice(184 + i * SEALED_CHUNK, 184 + (i + 1) * SEALED_CHUNK);
  return concat(bytes.slice(0, 184), chunk(1), chunk(0), bytes.slice(184 + 2 * SEALED_CHUNK));
}
