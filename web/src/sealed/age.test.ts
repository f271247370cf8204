/** Our age files, opened by age-encryption itself, and the other way. */
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newFileKey, openFileKey, openWith, sealTo } from './age.ts';
import { equal, randomBytes } from './bytes.ts';
import {
  identityInFile,
  identityOf,
  importable,
  newIdentity,
  parseIdentity,
  recipientOf,
  scalarOf,
  sharedSecret,
} from './identity.ts';
import { pattern } from './vectors/sample.ts';

const identity = newIdentity();

describe('an age file', () => {
  test('of ours is opened by age-encryption', async () => {
    for (const size of [0, 1, 65_536, 65_537, 200_000]) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      const opened = await decrypter.decrypt(await sealTo(recipientOf(identity), pattern(size)));
      expect(equal(opened, pattern(size))).toBe(true);
    }
  });

  test('of age-encryption is opened by us', async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipientOf(identity));
    const file = new Uint8Array(await encrypter.encrypt(pattern(70_000)));
    expect(equal(await openWith(identity, file), pattern(70_000))).toBe(true);
  });

  test('for someone else, or with another MAC, is refused', async () => {
    const file = await sealTo(recipientOf(identity), pattern(5));
    await expect(openWith(newIdentity(), file)).rejects.toThrow('wrong-identity');
    const mac = 168 - 44;
    const altered = file.slice();
    altered[mac] = altered[mac] === 65 ? 66 : 65;
    await expect(openWith(identity, altered)).rejects.toThrow('altered');
  });

  test('has a key and a header of its own each time', async () => {
    const [one, other] = [await newFileKey(recipientOf(identity)), await newFileKey(recipientOf(identity))];
    expect(one.header.length).toBe(168);
    expect(equal(one.key, other.key)).toBe(false);
    expect(equal(await openFileKey(identity, one.header), one.key)).toBe(true);
  });

  test('is not made for a recipient in capitals', async () => {
    await expect(newFileKey(recipientOf(identity).toUpperCase())).rejects.toThrow('recipient');
  });
});

describe('where private keys that begin with a zero byte are refused, as in WebKitGTK,', () => {
  const begun = Uint8Array.from(randomBytes(32), (byte, at) => (at === 0 ? 0 : byte));
  const unlucky = identityOf(begun);
  let refused: number;

  beforeEach(() => {
    refused = 0;
    const { subtle } = crypto;
    const imports = subtle.importKey.bind(subtle) as (format: string, key: Uint8Array) => Promise<CryptoKey>;
    vi.spyOn(subtle, 'importKey').mockImplementation((format: string, key: unknown, ...rest: unknown[]) => {
      const bytes = key as Uint8Array;
      if (format !== 'pkcs8' || bytes.at(-32) !== 0)
        return Reflect.apply(imports, subtle, [format, key, ...rest]);
      refused += 1;
      return Promise.reject(new DOMException('as WebKitGTK says it', 'DataError'));
    });
  });
  afterEach(() => vi.restoreAllMocks());

  test('such an identity opens its files', async () => {
    const file = await sealTo(recipientOf(unlucky), pattern(9));
    expect(equal(await openWith(unlucky, file), pattern(9))).toBe(true);
    expect(recipientOf(importable(unlucky))).toBe(recipientOf(unlucky));
  });

  test('a file is sealed under another key when that happens', async () => {
    const random = crypto.getRandomValues.bind(crypto);
    let unlucky = 1;
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      const filled = random(array);
      // Nothing but a private key is that long here.
      if (filled.byteLength === 32 && unlucky-- > 0) new Uint8Array(filled.buffer)[filled.byteOffset] = 0;
      return filled;
    });
    const file = await sealTo(recipientOf(identity), pattern(9));
    expect(refused).toBe(1);
    expect(equal(await openWith(identity, file), pattern(9))).toBe(true);
  });
});

describe('an identity', () => {
  test('is written as age writes it', async () => {
    const theirs = parseIdentity(await generateX25519Identity());
    expect(recipientOf(theirs)).toBe(await identityToRecipient(theirs));
    expect(identityOf(scalarOf(theirs))).toBe(theirs);
  });

  test('of another length, case, checksum or kind is refused', () => {
    const last = identity.at(-1) === 'Q' ? 'P' : 'Q';
    for (const text of [
      '',
      identity.slice(0, -1),
      identity.toLowerCase(),
      identity.slice(0, -1) + last,
      `${identity}Q`,
      recipientOf(identity),
    ]) {
      expect(() => parseIdentity(text), text.slice(0, 5)).toThrow('identity-malformed');
    }
  });

  test('is found in a file among comments, when it is the only one', () => {
    expect(identityInFile(`# made today\r\n\n${identity}\r\n`)).toBe(identity);
    expect(() => identityInFile(`${identity}\n${identity}\n`)).toThrow('identity-malformed');
    expect(() => identityInFile('# nothing\n')).toThrow('identity-malformed');
  });

  test('shares with another what the other shares with it, and nothing with a point of low order', () => {
    const other = newIdentity();
    expect(
      equal(sharedSecret(identity, recipientOf(other)), sharedSecret(other, recipientOf(identity))),
    ).toBe(true);
    expect(equal(sharedSecret(identity, recipientOf(other)), randomBytes(32))).toBe(false);
    // The bech32 form of 32 zero bytes.
    const zero = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';
    expect(() => sharedSecret(identity, zero)).toThrow('shared-secret');
  });
});
