/**
 * Browsers that keep nothing, or stop keeping: private windows, a quota that is taken away, a database that
 * is refused. Everything is sent all the same, and nothing is promised.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { unsealed } from './fake-sealing.ts';
import { sends } from './fake-sending.ts';
import { MemoryStore } from './fake-server.ts';
import { MemoryStage } from './fake-stage.ts';
import { PIECE } from './sealer.ts';
import { browserStage, eraseStage, stagedFingerprints } from './stage.ts';
import type { Begun } from './state.ts';

const film = Uint8Array.from({ length: 3 * PIECE + 5 }, (_, i) => (i >> 10) % 251);
const refused = (name: string) => () => Promise.reject(new DOMException(name, name));

class ForgetfulStore extends MemoryStore {
  /** Writes that succeed before it is refused. */
  left: number;
  constructor(left: number) {
    super();
    this.left = left;
  }
  override write = (_parts: unknown, begun: Begun) => {
    const written = this.left-- > 0;
    if (written) this.begun = begun;
    return Promise.resolve(written);
  };
}

function stageWith(change: (stage: MemoryStage) => void): MemoryStage {
  const stage = new MemoryStage();
  change(stage);
  return stage;
}

const WORLDS: Readonly<Record<string, () => { stage: MemoryStage; store?: MemoryStore }>> = {
  'says nothing of its room': () => ({ stage: stageWith((s) => (s.room = refused('TypeError'))) }),
  'lets no file be made': () => ({ stage: stageWith((s) => (s.create = refused('InvalidStateError'))) }),
  'refuses to be looked into': () => ({ stage: stageWith((s) => (s.eraseAll = refused('SecurityError'))) }),
  'takes nothing of what it promised': () => ({
    stage: stageWith((s) => ([s.said, s.quota] = [Infinity, 0])),
  }),
  'takes back its room half-way': () => ({
    stage: stageWith((s) => ([s.said, s.quota] = [Infinity, 2 * PIECE])),
  }),
  'can not flush': () => ({
    stage: stageWith((s) => {
      const create = s.create;
      s.create = async (n) => {
        const file = await create(n);
        return Object.assign(Object.create(file) as typeof file, { flush: refused('QuotaExceededError') });
      };
    }),
  }),
  'remembers nothing': () => ({ stage: new MemoryStage(), store: new ForgetfulStore(0) }),
  'stops remembering': () => ({ stage: new MemoryStage(), store: new ForgetfulStore(2) }),
};

describe('a browser that', () => {
  for (const [what, made] of Object.entries(WORLDS)) {
    test(`${what} sends all the same, and promises nothing`, async () => {
      const { ended, server, safe, kept } = await sends([new File([film], 'film')], made());
      expect(ended).toBeNull();
      expect(server.state).toBe('received');
      expect(Buffer.compare(unsealed(server.files.get(0)?.bytes ?? new Uint8Array(0)), film)).toBe(0);
      expect(safe).not.toContain(true);
      expect(kept.at(-1)).toBe(0);
    });
  }

  test('remembers nothing is not filled for nothing', async () => {
    const stage = new MemoryStage();
    const { kept } = await sends([new File([film], 'film')], { stage, store: new ForgetfulStore(0) });
    expect(Math.max(...kept)).toBe(0);
  });
});

describe('the stage', () => {
  const parts = { secret: new Uint8Array(16), fingerprint: new Uint8Array(16) };
  afterEach(() => void vi.unstubAllGlobals());

  test('is missing where a browser has no files, refuses them, or is asked over plain http', async () => {
    vi.stubGlobal('FileSystemSyncAccessHandle', MemoryStage);
    const worlds = [
      {},
      { storage: {} },
      { storage: { getDirectory: refused('SecurityError') } },
      { storage: { getDirectory: refused('InvalidStateError') } },
    ];
    for (const navigator of worlds) {
      vi.stubGlobal('navigator', navigator);
      expect(await browserStage(parts)).toBeNull();
      expect(await stagedFingerprints()).toEqual([]);
      await eraseStage('abc');
    }
  });

  test('throws when the device is full or takes less than it was given, and counts only what was taken', async () => {
    vi.stubGlobal('FileSystemSyncAccessHandle', MemoryStage);
    let write: () => number = () => 4;
    const handle = { truncate: () => undefined, write: () => write(), close: () => undefined };
    const file = { createSyncAccessHandle: () => Promise.resolve(handle) };
    const folder = {
      getDirectoryHandle: () => Promise.resolve(folder),
      getFileHandle: () => Promise.resolve(file),
    };
    vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve(folder) } });
    const staged = await (await browserStage(parts))?.create(0);
    staged?.write(new Uint8Array(4), 0);
    expect(() => staged?.write(new Uint8Array(5), 4)).toThrow('less');
    write = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    expect(() => staged?.write(new Uint8Array(4), 4)).toThrow('full');
    expect(staged?.length).toBe(4);
  });
});
