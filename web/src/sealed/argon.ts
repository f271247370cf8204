/** Argon2id as version 1 means it (section 8): 64 MiB, t=3, p=1. The only file that names hash-wasm. */
import { argon2id } from 'hash-wasm';
import { type Bytes, utf8 } from './bytes.ts';
import { VaultError } from './errors.ts';

const SALT_BYTES = 16;

/** 32 bytes from a passphrase in whatever Unicode form it was typed. Takes about a second. */
export async function stretch(passphrase: string, salt: Uint8Array): Promise<Bytes> {
  if (salt.length !== SALT_BYTES) throw new VaultError('salt');
  const stretched = await argon2id({
    password: passphraseBytes(passphrase),
    salt,
    memorySize: 64 * 1024,
    iterations: 3,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  });
  return new Uint8Array(stretched);
}

/** UTF-8 of the NFC form; an empty passphrase is refused. */
export function passphraseBytes(passphrase: string): Bytes {
  const bytes = utf8(passphrase.normalize('NFC'));
  if (bytes.length === 0) throw new VaultError('passphrase');
  return bytes;
}
