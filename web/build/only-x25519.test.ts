import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { x25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { withoutShortCut } from './only-x25519.ts';

test('without the short cut public keys are the same, and so are shared ones', async () => {
  const { resolve } = createRequire(import.meta.url);
  const path = resolve('@noble/curves/ed25519.js');
  const whole = readFileSync(path, 'utf8');
  const code = withoutShortCut(whole).replace(/ from ['"]([^'"]+)['"]/g, (_, name: string) => {
    const at = name.startsWith('.') ? join(dirname(path), name) : createRequire(path).resolve(name);
    return ` from '${pathToFileURL(at).href}'`;
  });
  expect(code).not.toContain('scalarMultBase');
  const folder = mkdtempSync(join(tmpdir(), 'dewdrop-x25519-'));
  try {
    const file = join(folder, 'ed25519.mjs');
    writeFileSync(file, code);
    const cut = ((await import(/* @vite-ignore */ pathToFileURL(file).href)) as { x25519: typeof x25519 })
      .x25519;
    for (let i = 0; i < 20; i++) {
      const one = x25519.utils.randomSecretKey();
      const other = x25519.getPublicKey(x25519.utils.randomSecretKey());
      expect(cut.getPublicKey(one)).toEqual(x25519.getPublicKey(one));
      expect(cut.getSharedSecret(one, other)).toEqual(x25519.getSharedSecret(one, other));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('another version without that short cut fails the build instead of staying heavy', () => {
  expect(() => withoutShortCut('export const x25519 = montgomery({});')).toThrow('short cut');
});
