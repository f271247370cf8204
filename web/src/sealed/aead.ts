/**
 * ChaCha20-Poly1305 behind one interface. WebCrypto's is used where it exists and proves itself on a
 * vector, `@noble/ciphers` everywhere else; the choice is made once for each worker or page.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Bytes, equal, utf8 } from './bytes.ts';
import { TAG } from './ranges.ts';

/** Bound to one key. `open` rejects when a byte was altered, with an error of any kind. */
export interface Aead {
  seal(nonce: Bytes, plaintext: Bytes): Promise<Bytes>;
  open(nonce: Bytes, sealed: Bytes): Promise<Bytes>;
}

export interface AeadBackend {
  readonly name: 'webcrypto' | 'noble';
  /** `key` is 32 bytes. */
  bind(key: Bytes): Promise<Aead>;
}

export const noble: AeadBackend = {
  name: 'noble',
  bind(key) {
    return Promise.resolve({
      seal: (nonce, plaintext) =>
        attempt(() => new Uint8Array(chacha20poly1305(key, nonce).encrypt(plaintext))),
      open: (nonce, sealed) =>
        attempt(() => {
          const plaintext = new Uint8Array(Math.max(0, sealed.length - TAG));
          chacha20poly1305(key, nonce).decrypt(sealed, plaintext);
          return plaintext;
        }),
    });
  },
};

export const webcrypto: AeadBackend = {
  name: 'webcrypto',
  async bind(key) {
    const name = 'ChaCha20-Poly1305';
    // TypeScript does not know the key format yet; `raw` is refused for this algorithm.
    const format = 'raw-secret' as 'raw';
    const handle = await crypto.subtle.importKey(format, key, name, false, ['encrypt', 'decrypt']);
    return {
      seal: async (iv, plaintext) =>
        new Uint8Array(await crypto.subtle.encrypt({ name, iv }, handle, plaintext)),
      open: async (iv, sealed) => new Uint8Array(await crypto.subtle.decrypt({ name, iv }, handle, sealed)),
    };
  },
};

let chosen: Promise<AeadBackend> | null = null;

export function chooseAead(): Promise<AeadBackend> {
  chosen ??= isRight(webcrypto).then((right) => (right ? webcrypto : noble));
  return chosen;
}

/** Whether a back end seals a known text to the known bytes, opens it, and refuses an altered one. */
export async function isRight(backend: AeadBackend): Promise<boolean> {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const nonce = Uint8Array.from({ length: 12 }, (_, i) => 0x40 + i);
  const text = utf8('dewdrop proves its cipher first');
  try {
    const aead = await backend.bind(key);
    const sealed = await aead.seal(nonce, text);
    if (toHex(sealed) !== KNOWN) return false;
    if (!equal(await aead.open(nonce, sealed), text)) return false;
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    return await aead.open(nonce, sealed).then(
      () => false,
      () => true,
    );
  } catch {
    return false;
  }
}

/** Computed with OpenSSL. */
const KNOWN =
  '9c310be500259e2128bd9976de9c4da4c0bf437b2d8c290a8c2cb43298544ec562d6912aecd6bbca99a0dc170b3cbf';

function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Turns what throws into a promise that rejects. */
function attempt(run: () => Bytes): Promise<Bytes> {
  return new Promise((resolve) => {
    resolve(run());
  });
}
