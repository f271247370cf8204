import { describe, expect, test } from 'vitest';
import { type AeadBackend, chooseAead, isRight, noble, webcrypto } from './aead.ts';

describe('a back end', () => {
  test('proves itself on the vector', async () => {
    expect(await isRight(noble)).toBe(true);
  });

  test('that seals other bytes, opens what was altered, or throws is not right', async () => {
    const wrong: AeadBackend = {
      ...noble,
      bind: async (key) => ({ ...(await noble.bind(key)), seal: () => Promise.resolve(new Uint8Array(47)) }),
    };
    const lax: AeadBackend = {
      ...noble,
      bind: async (key) => ({
        ...(await noble.bind(key)),
        open: (_, sealed) => Promise.resolve(sealed.slice(0, -16)),
      }),
    };
    const missing: AeadBackend = { ...noble, bind: () => Promise.reject(new Error('NotSupportedError')) };
    expect(await Promise.all([wrong, lax, missing].map(isRight))).toEqual([false, false, false]);
  });

  test('is chosen once, the one of the platform where it is right', async () => {
    const chosen = await chooseAead();
    expect(await chooseAead()).toBe(chosen);
    expect(chosen.name).toBe((await isRight(webcrypto)) ? 'webcrypto' : 'noble');
  });
});
