import { beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { openWith } from '../sealed/age.ts';
import { sha256, toBase64url } from '../sealed/bytes.ts';
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { type LinkId, type SubmissionId, newLinkId } from '../sealed/ids.ts';
import { newLink } from '../sealed/link.ts';
import { checkFile, checkManifest, openManifest } from '../sealed/manifest.ts';
import { beginSending } from './begin.ts';
import { Control } from './control.ts';
import { type Delivery, deliver } from './delivery.ts';
import { sendingError } from './failure.ts';
import { FakePace } from './fake-pace.ts';
import { FakeServer, MemoryStore, sealHere, failing, sameBytes, unwatched } from './fake-server.ts';
import type { Ports } from './ports.ts';
import type { SendingStart } from './sending.ts';

const MEBI = 1024 * 1024;
const identity = newIdentity();
const recipient = recipientOf(identity);
const parts = newLink(recipient);
const link = newLinkId();
const invitation = toBase64url(new Uint8Array([1, 2, 3]));

let server: FakeServer;
let store: MemoryStore;
let states: string[];
let waits: number;

beforeEach(() => {
  server = new FakeServer();
  store = new MemoryStore();
  states = [];
  waits = 0;
});

function video(size: number, name = 'squat.mp4'): File {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 16)) % 251);
  return new File([bytes], name, { type: 'video/mp4', lastModified: 1_700_000_000_500 });
}

function startWith(...files: File[]): SendingStart {
  const limits = { retention: 1, closes_at: 1, uses: 1, max_files: 20, max_bytes: 2 ** 32 };
  return {
    parts,
    link: { link, recipient, invitation, state: 'open', ...limits },
    files: files.map((file) => ({ file, question: null })),
    answers: { injury: false },
    consent: null,
    sender: 'Jonas',
  };
}

function delivery(start: SendingStart, also: Partial<Ports> = {}) {
  const control = new Control(
    ({ paused, waiting }) =>
      void (paused || waiting !== null ? states.push(paused ? 'paused' : `waiting ${String(waiting)}`) : 0),
    { sleep: () => Promise.resolve(void waits++), random: () => 1 },
  );
  const ports: Ports = {
    api: server.api,
    tus: server.tus,
    store,
    stage: null,
    beginSealing: sealHere,
    pace: () => new FakePace(),
    now: () => 900,
    origin: 'https://drop.example',
    ...also,
  };
  const world = { control, events: unwatched, ports };
  let made: Delivery | null = null;
  const run = async () =>
    deliver(await beginSending(start, control, ports), start.files, world, (delivery) => (made = delivery));
  return { control, run: { run, cancel: async () => made?.cancel() } };
}

/** What a reader does with all that the server has. */
async function opened(): Promise<Uint8Array[]> {
  const manifest = await openManifest(server.manifest, identity);
  checkManifest({
    card: { link, secret: parts.secret },
    invitation: { link },
    sealedInvitation: new Uint8Array([1, 2, 3]),
    submission: server.submission as SubmissionId,
    sealedManifest: server.manifest,
    manifest,
    proof: server.proof,
    numbers: [...server.files.keys()],
  });
  return Promise.all(
    manifest.files.map(async (file) => {
      const { bytes = new Uint8Array(0) } = server.files.get(file.n) ?? {};
      checkFile(file, bytes.subarray(0, 1100), bytes.length);
      return openWith(identity, bytes);
    }),
  );
}

async function holds(...files: File[]): Promise<void> {
  expect(server.state).toBe('received');
  const plaintexts = await opened();
  expect(plaintexts.length).toBe(files.length);
  for (const [i, file] of files.entries()) {
    expect(sameBytes(plaintexts[i] ?? new Uint8Array(0), new Uint8Array(await file.arrayBuffer()))).toBe(
      true,
    );
  }
}

describe('a delivery', () => {
  test('of several files, one of them empty, opens to the same bytes', async () => {
    const files = [video(9 * MEBI + 5), video(0, 'empty'), video(65_536), video(1)];
    const sent = await delivery(startWith(...files)).run.run();
    await holds(...files);
    expect(sent.receipt).toMatch(/^https:\/\/drop\.example\/r#[\w-]{22}\.[\w-]{22}$/);
    expect(sent).toMatchObject({ received_at: 1000, expires_at: 2000, submission: server.submission });
    expect(store.begun).toBeNull();
  });

  test('without files carries its answers', async () => {
    await delivery(startWith()).run.run();
    await holds();
    expect((await openManifest(server.manifest, identity)).answers).toEqual({ injury: false });
  });

  test('puts the manifest before the first byte and asks every file before it proves', async () => {
    await delivery(startWith(video(10), video(20))).run.run();
    expect(server.calls).toEqual(['submission', 'manifest', 'patch', 'patch', 'head', 'head', 'commit']);
  });

  test('sends bodies of at most 8 MiB that end on whole 64 KiB', async () => {
    await delivery(startWith(video(17 * MEBI))).run.run();
    const [first, second] = server.patches;
    expect(first).toEqual({ offset: 0, length: 8 * MEBI });
    expect(second).toEqual({ offset: 8 * MEBI, length: 8 * MEBI });
    expect(server.patches.length).toBe(3);
  });

  test('goes on after lost connections, whether bytes or only the answer were lost', async () => {
    const film = video(17 * MEBI);
    const lost = new Problem('unreachable', 0);
    server.before = failing('patch', 2, lost);
    let answers = 0;
    server.after = (call) => {
      if (call === 'patch' && answers++ === 0) throw lost;
    };
    await delivery(startWith(film)).run.run();
    await holds(film);
    expect(waits).toBe(3);
    expect(states).toContain('waiting network');
  });

  test('halves its bodies for a proxy that refuses their size', async () => {
    server.largestBody = MEBI;
    const film = video(3 * MEBI);
    await delivery(startWith(film)).run.run();
    await holds(film);
    expect(Math.max(...server.patches.map(({ length }) => length))).toBe(MEBI);
  });

  test.each(['submission', 'manifest', 'patch', 'head', 'commit'])(
    'takes a refusal of %s that was cut off before its words for a bad line, not for a no',
    async (call) => {
      const film = video(9 * MEBI);
      server.before = failing(call, 3, new Problem('unknown', 409));
      await delivery(startWith(film)).run.run();
      await holds(film);
    },
  );

  test.each(['submission', 'patch', 'commit'])(
    'believes a refusal of %s without words that comes again and again',
    async (call) => {
      server.before = failing(call, Infinity, new Problem('unknown', 422));
      await expect(delivery(startWith(video(10))).run.run()).rejects.toThrow('unknown (422)');
    },
  );

  test('gives up at a proxy that takes no 256 KiB', async () => {
    server.largestBody = 200_000;
    await expect(delivery(startWith(video(MEBI))).run.run()).rejects.toThrow('unknown (413)');
  });

  test('reads the offset again when the server holds less than it said, and sends from there', async () => {
    const film = video(9 * MEBI);
    server.after = (call) => {
      const file = server.files.get(0);
      // A restart that lost the short tail of a body.
      if (call !== 'patch' || file === undefined || server.patches.length !== 1) return;
      file.bytes = file.bytes.slice(0, -65_536);
      throw new Problem('unreachable', 0);
    };
    await delivery(startWith(film)).run.run();
    await holds(film);
  });

  test('seals again what the server has lost, under the same key because it is the same', async () => {
    const film = video(18 * MEBI);
    let dropped = false;
    server.before = (call) => {
      const file = server.files.get(0);
      if (call !== 'patch' || dropped || file === undefined || file.bytes.length < 8 * MEBI) return;
      dropped = true;
      file.bytes = file.bytes.slice(0, MEBI);
    };
    await delivery(startWith(film)).run.run();
    await holds(film);
    expect([...server.files.keys()]).toEqual([0]);
    expect(dropped).toBe(true);
  });

  test('stops at a link that has ended, and says since when', async () => {
    server.before = failing('patch', 1, new Problem('link-closed', 410, { state: 'closed', at: 77 }));
    const error = await delivery(startWith(video(10)))
      .run.run()
      .catch(sendingError);
    expect(error).toMatchObject({ reason: 'link-closed', at: 77 });
  });

  test('does not take 507 for something that passes', async () => {
    server.before = failing('submission', 1, new Problem('disk-full', 507));
    expect(
      await delivery(startWith(video(10)))
        .run.run()
        .catch(sendingError),
    ).toMatchObject({ reason: 'disk-full' });
    expect(waits).toBe(0);
  });

  test('never takes a server that swallows bodies without moving its offset for progress', async () => {
    server.after = (call) => {
      const file = server.files.get(0);
      if (call === 'patch' && file !== undefined) file.bytes = new Uint8Array(0);
    };
    const stuck = { ...server.tus, patch: () => Promise.resolve(0) };
    Object.assign(server, { tus: stuck });
    await expect(delivery(startWith(video(10))).run.run()).rejects.toThrow('offset-differs');
  });
});

describe('a commit', () => {
  test('whose answer was lost is asked for again and has arrived once', async () => {
    server.after = failing('commit', 1, new Problem('unreachable', 0));
    const sent = await delivery(startWith(video(10))).run.run();
    expect(sent.received_at).toBe(1000);
    expect(server.calls.filter((call) => call === 'commit').length).toBe(2);
  });

  test('is not tried while a file is incomplete', async () => {
    server.before = (call) => {
      const file = server.files.get(0);
      if (call === 'head' && file !== undefined) file.bytes = file.bytes.slice(1);
    };
    expect(
      await delivery(startWith(video(10)))
        .run.run()
        .catch(sendingError),
    ).toMatchObject({ reason: 'refused' });
    expect(server.calls).not.toContain('commit');
    expect(store.begun?.proven).toBe(false);
  });
});

describe('after a reload', () => {
  const interrupted = async (call: string, times = 1) => {
    server.before = failing(call, times, new Problem('internal', 500));
    const before = delivery(startWith(video(10)));
    // The tab is gone while it waits.
    const gone = new Promise<void>((resolve) => {
      const { before: fail } = server;
      server.before = (made) => {
        if (made === call) resolve();
        fail(made);
      };
    });
    const run = before.run.run().catch(() => undefined);
    await gone;
    before.control.cancel();
    await run;
    server.before = () => undefined;
  };

  test('the same submission goes on under new numbers', async () => {
    await interrupted('patch');
    const { submission } = server;
    const film = video(12);
    await delivery(startWith(film)).run.run();
    await holds(film);
    expect(server.submission).toBe(submission);
    expect([...server.files.keys()]).toEqual([1]);
  });

  test('what had arrived, though the answer never did, has arrived', async () => {
    let proven = store.begun;
    server.before = (call) => {
      if (call === 'commit') proven = store.begun;
    };
    await delivery(startWith(video(10))).run.run();
    store.begun = proven;
    server.calls = [];
    expect(await delivery(startWith(video(11))).run.run()).toMatchObject({ received_at: 1000 });
    expect(server.calls).toEqual(['receipt']);
  });

  test('a submission whose proof was made is erased and another is begun', async () => {
    await interrupted('commit');
    const { submission } = server;
    expect(store.begun?.proven).toBe(true);
    const film = video(13);
    await delivery(startWith(film)).run.run();
    await holds(film);
    expect(server.submission).not.toBe(submission);
    expect(server.calls).toContain('erase');
  });

  test('another link begins anew', async () => {
    await interrupted('patch');
    const { submission } = server;
    const start = startWith(video(5));
    await delivery({ ...start, link: { ...start.link, link: newLinkId() as LinkId } }).run.run();
    expect(server.submission).not.toBe(submission);
  });
});

describe('a person', () => {
  test('pauses and resumes, and nothing is lost', async () => {
    const film = video(17 * MEBI);
    const { run, control } = delivery(startWith(film));
    let paused = false;
    server.before = (call) => {
      if (call !== 'patch' || paused || server.patches.length !== 1) return;
      paused = true;
      control.pause();
      queueMicrotask(() => control.resume());
    };
    await run.run();
    await holds(film);
    expect(states[0]).toBe('paused');
  });

  test('cancels, and the server is told to erase', async () => {
    const { run, control } = delivery(startWith(video(17 * MEBI)));
    server.before = (call) => {
      if (call === 'patch' && server.patches.length === 1) control.cancel();
    };
    expect(await run.run().catch(sendingError)).toMatchObject({ reason: 'cancelled' });
    await run.cancel();
    expect(server.state).toBe('erased');
    expect(store.begun).toBeNull();
  });

  test('whose file can not be read any more is told which', async () => {
    const unreadable = video(10);
    Object.assign(unreadable, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) });
    const error = await delivery(startWith(video(5), unreadable))
      .run.run()
      .catch(sendingError);
    expect(error).toMatchObject({ reason: 'file-unreadable', file: 1 });
  });

  test('whose file got shorter is told so before a wrong byte is sealed', async () => {
    const shorter = video(10);
    Object.assign(shorter, { slice: () => new Blob(['abc']) });
    const error = await delivery(startWith(shorter)).run.run().catch(sendingError);
    expect(error).toMatchObject({ reason: 'file-changed', file: 0 });
  });
});

test('a manifest pins what was sent', async () => {
  await delivery(startWith(video(10))).run.run();
  const manifest = await openManifest(server.manifest, identity);
  expect(manifest).toMatchObject({
    sender: 'Jonas',
    sent_at: 900,
    invitation: toBase64url(sha256(new Uint8Array([1, 2, 3]))),
  });
  expect(manifest.files[0]).toMatchObject({
    n: 0,
    name: 'squat.mp4',
    size: 10,
    type: 'video/mp4',
    modified: 1_700_000_000,
  });
});
