import { stretch } from '../argon.ts';
import { recipientOf } from '../identity.ts';
import { bearerHash } from '../link.ts';
import {
  type Vault,
  recoveryAuth,
  recoverySheet,
  sealUnlock,
  sealVault,
  signInProof,
  unlockIdentity,
  vaultFileIdentity,
} from '../vault.ts';
import { VAULT } from './card.ts';
import { bytesOf, idOf, text } from './sample.ts';

const VAULT_CONTENT: Vault = {
  v: 1,
  account: idOf('account'),
  display_name: 'Mara Lind',
  settings: { makers: [] },
  templates: [{ id: 'form-check', name: 'Form check', questions: [] }],
};

async function passphraseCase(name: string, passphrase: string, saltName = 'salt') {
  const salt = bytesOf(saltName, 16);
  const argon = await stretch(passphrase, salt);
  return {
    name,
    passphrase,
    salt: text(salt),
    argon: text(argon),
    sign_in_proof: text(signInProof(argon)),
    sign_in_hash: bearerHash(signInProof(argon)),
    unlock_identity: unlockIdentity(argon),
    unlock: text(await sealUnlock(VAULT, argon)),
    identity: VAULT,
  };
}

export async function vaultVectors() {
  return {
    cases: [
      await passphraseCase('seven words', 'moss lantern orbit velvet cactus harbor plum'),
      await passphraseCase('composed letters', 'Gr\u00fc\u00dfe aus K\u00f6ln 1998!'),
      await passphraseCase('the same letters decomposed', 'Gru\u0308\u00dfe aus Ko\u0308ln 1998!'),
      await passphraseCase('another salt', 'moss lantern orbit velvet cactus harbor plum', 'salt 2'),
    ],
    identities: [
      {
        name: 'the vault identity',
        identity: VAULT,
        recipient: recipientOf(VAULT),
        vault_file_identity: vaultFileIdentity(VAULT),
        recovery_auth: text(recoveryAuth(VAULT)),
        recovery_hash: bearerHash(recoveryAuth(VAULT)),
        sheet: recoverySheet('drop.example', 'mara', VAULT),
      },
    ],
    vaults: [
      {
        name: 'a vault',
        identity: VAULT,
        json: JSON.stringify(VAULT_CONTENT),
        sealed: text(await sealVault(VAULT_CONTENT, VAULT)),
      },
    ],
  };
}
