/**
 * Sign-in and vault (section 8): what follows from the stretched passphrase, the two files that the server
 * keeps without being able to forge them, and the recovery sheet.
 */
import { openWith, sealTo } from './age.ts';
import { type Bytes, fromUtf8, hkdf, utf8 } from './bytes.ts';
import { AgeError, SealedError, VaultError } from './errors.ts';
import { type AccountId, parseAccountId } from './ids.ts';
import {
  type Identity,
  identityInFile,
  identityOf,
  parseIdentity,
  recipientOf,
  scalarOf,
} from './identity.ts';
import { Fields, type JsonObject, parseVersioned } from './json.ts';

/** Of the vault only what every version knows; all other fields are kept as they were read. */
export interface Vault {
  readonly v: 1;
  readonly account: AccountId;
  readonly display_name: string;
  readonly settings: JsonObject;
  readonly templates: readonly JsonObject[];
}

/** Throws VaultError `name`. */
export function signInName(typed: string): string {
  const name = typed.trim().toLowerCase();
  if (!/^[a-z0-9._@-]{3,64}$/.test(name)) throw new VaultError('name');
  return name;
}

/** Proves the passphrase to the server, which keeps its hash. */
export const signInProof = (argon: Uint8Array): Bytes => hkdf(argon, 'dewdrop/v1/sign-in');
/** Opens `unlock`; its recipient never leaves the client. */
export const unlockIdentity = (argon: Uint8Array): Identity =>
  identityOf(hkdf(argon, 'dewdrop/v1/vault-unlock'));
/** Opens `vault`; its recipient never leaves the client either. */
export const vaultFileIdentity = (identity: Identity): Identity =>
  identityOf(hkdf(scalarOf(identity), 'dewdrop/v1/vault'));
/** The bearer that permits one thing: setting a new passphrase. */
export const recoveryAuth = (identity: Identity): Bytes =>
  hkdf(scalarOf(identity), 'dewdrop/v1/recovery-auth');

/** The vault identity, sealed so that the passphrase opens it. */
export function sealUnlock(identity: Identity, argon: Uint8Array): Promise<Bytes> {
  return sealTo(recipientOf(unlockIdentity(argon)), utf8(`${identity}\n`));
}

/** Throws VaultError `passphrase` when it was not sealed with this one, `altered` when it was changed. */
export async function openUnlock(unlock: Bytes, argon: Uint8Array): Promise<Identity> {
  try {
    return identityInFile(fromUtf8(await openWith(unlockIdentity(argon), unlock)));
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    throw new VaultError(
      error instanceof AgeError && error.reason === 'wrong-identity' ? 'passphrase' : 'altered',
    );
  }
}

export function sealVault(vault: Vault, identity: Identity): Promise<Bytes> {
  return sealTo(recipientOf(vaultFileIdentity(identity)), utf8(JSON.stringify(vault)));
}

/** Throws VaultError. */
export async function openVault(sealed: Bytes, identity: Identity): Promise<Vault> {
  let plaintext: Bytes;
  try {
    plaintext = await openWith(vaultFileIdentity(identity), sealed);
  } catch (error) {
    if (error instanceof SealedError) throw new VaultError('altered');
    throw error;
  }
  try {
    const fields = parseVersioned(plaintext);
    return {
      ...fields.object,
      v: 1,
      account: parseAccountId(fields.text('account')),
      display_name: fields.text('display_name'),
      settings: new Fields(fields.raw('settings')).object,
      templates: fields.list('templates', (template) => new Fields(template).object),
    };
  } catch (error) {
    if (error instanceof SealedError) throw new VaultError('malformed');
    throw error;
  }
}

/** The recovery sheet: an age identity file. Its QR is the last line. */
export function recoverySheet(host: string, name: string, identity: Identity): string {
  return `# dewdrop recovery v1\n# ${host} ${name}\n${identity}\n`;
}

/** Reads a sheet, or its last line as someone typed it: in any case, with spaces. Throws VaultError `sheet`. */
export function identityOnSheet(text: string): Identity {
  try {
    if (text.includes('#')) return identityInFile(text.trim());
    return parseIdentity(text.replace(/\s/g, '').toUpperCase());
  } catch (error) {
    if (error instanceof SealedError) throw new VaultError('sheet');
    throw error;
  }
}
