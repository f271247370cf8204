/**
 * What each engine has and lacks of what Dewdrop uses, exactly. Red after an update of a browser is no
 * defect of ours: change the table here and in docs/browsers.md, and look whether a fallback has had its day.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine, ENGINES, type EngineKind } from './world/engines/engine.ts';
import { Server } from './world/server.ts';
import type { Tab } from './world/engines/tab.ts';

const EVERYWHERE = {
  argon: true,
  aesGcm: true,
  x25519: true,
  zeroFirst: true,
  indexedDb: true,
  serviceWorker: true,
  trustedTypes: true,
  wakeLock: true,
  webLocks: true,
} as const;

const HAS: Record<EngineKind, Record<string, boolean>> = {
  chromium: { ...EVERYWHERE, chacha: true, opfs: true, quota: true, savePicker: true },
  firefox: { ...EVERYWHERE, chacha: false, opfs: true, quota: true, savePicker: false },
  // WebKitGTK leaves out what Safari has of `navigator.storage`; engines-continue.test.ts switches it on.
  webkit: { ...EVERYWHERE, zeroFirst: false, chacha: false, opfs: false, quota: false, savePicker: false },
};

const only = process.env['DEWDROP_ENGINE'];
let server: Server;

beforeAll(async () => {
  server = await Server.starts();
});
afterAll(() => server.ends());

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  let engine: Engine;
  let tab: Tab;

  beforeAll(async () => {
    engine = await Engine.begins(kind);
    tab = await engine.opensTab({ width: 390, height: 844 });
    await tab.goes(`${server.url}/u`);
  }, 120_000);
  afterAll(() => engine?.ends());

  test('has what docs/browsers.md says, and lacks the rest', async () => {
    const found = await tab.evaluate(capabilities);
    expect(found, `an engine changed: ${kind}. See the head of capabilities.test.ts`).toEqual(HAS[kind]);
  });
});

/** Runs in the page; tries rather than asks for names where that is possible. */
async function capabilities(): Promise<Record<string, boolean>> {
  const works = async (what: () => unknown): Promise<boolean> => {
    try {
      return Boolean((await what()) ?? true);
    } catch {
      return false;
    }
  };
  const has = (owner: object, name: string): boolean => name in owner;
  const { subtle } = crypto;
  return {
    argon: await works(() => WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))),
    aesGcm: await works(() => subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])),
    x25519: await works(() => subtle.generateKey('X25519', false, ['deriveBits'])),
    zeroFirst: await works(() => {
      // PKCS #8 of an X25519 key; one of 256 begins so.
      const before = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];
      const key = new Uint8Array([...before, ...new Uint8Array(31), 0x40]);
      return subtle.importKey('pkcs8', key, 'X25519', false, ['deriveBits']);
    }),
    chacha: await works(() =>
      subtle.importKey('raw-secret' as 'raw', new Uint8Array(32), 'ChaCha20-Poly1305', false, ['encrypt']),
    ),
    indexedDb: await works(
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open('capabilities', 1);
          opening.onsuccess = () => resolve(true);
          opening.onerror = () => reject(opening.error ?? new Error('no database'));
        }),
    ),
    serviceWorker: has(navigator, 'serviceWorker'),
    trustedTypes: has(globalThis, 'trustedTypes'),
    wakeLock: has(navigator, 'wakeLock'),
    webLocks: await works(() => navigator.locks.request('capabilities', () => true)),
    // Its synchronous handle is seen in workers only: that it works is proven where sending goes on with it.
    opfs: await works(async () => {
      const root = await navigator.storage.getDirectory();
      return root.getFileHandle('capabilities', { create: true });
    }),
    quota: await works(async () => ((await navigator.storage.estimate()).quota ?? 0) > 0),
    savePicker: has(globalThis, 'showSaveFilePicker'),
  };
}
