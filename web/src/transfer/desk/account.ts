/**
 * The unlocked account, in the memory of one worker and nowhere else: signing in, set-up, recovery, a new
 * passphrase, and the vault. The server sees proofs and sealed files only.
 */
import type * as desk from '../../api/desk.ts';
import { Problem } from '../../api/problem.ts';
import type { SetupRequest, VaultAnswer } from '../../api/types.ts';
import { stretch } from '../../sealed/argon.ts';
import { type Bytes, fromBase64url, toBase64url } from '../../sealed/bytes.ts';
import { VaultError } from '../../sealed/errors.ts';
import { newAccountId } from '../../sealed/ids.ts';
import { type Identity, newIdentity, recipientOf } from '../../sealed/identity.ts';
import { bearerHash } from '../../sealed/link.ts';
import * as vaults from '../../sealed/vault.ts';
import type { DeskAccount, NewAccount, RecoverySheet, VaultSettings } from '../desk.ts';

export type DeskApi = Omit<typeof desk, 'listen'>;

/** What the passphrase opened. */
export interface Unlocked {
  readonly identity: Identity;
  readonly name: string;
  readonly vault: vaults.Vault;
  readonly etag: string;
}

interface Prepared {
  readonly token: Bytes;
  readonly request: SetupRequest;
  readonly proof: string;
  readonly argon: Bytes;
}

const SALT_BYTES = 16;
const MOST_WRITES = 3;

export class Account {
  readonly #api: DeskApi;
  #unlocked: Unlocked | null = null;
  #prepared: Prepared | null = null;
  #asked = false;

  constructor(api: DeskApi) {
    this.#api = api;
  }

  /** Throws VaultError `passphrase` as long as nothing is unlocked. */
  get unlocked(): Unlocked {
    if (this.#unlocked === null) throw new VaultError('passphrase');
    return this.#unlocked;
  }

  requireUnlocked(): void {
    void this.unlocked;
  }

  async beginSetUp(wanted: NewAccount): Promise<RecoverySheet> {
    const name = vaults.signInName(wanted.name);
    const token = fromBase64url(wanted.token, 32);
    const salt = await this.#api.getSalt(name);
    const argon = await stretch(wanted.passphrase, salt);
    const identity = newIdentity();
    const account = newAccountId();
    const vault = { v: 1, account, display_name: wanted.display_name, settings: {}, templates: [] } as const;
    const proof = vaults.signInProof(argon);
    this.#asked = false;
    this.#prepared = {
      token,
      argon,
      proof: toBase64url(proof),
      request: {
        account,
        name,
        salt: toBase64url(salt),
        sign_in_hash: bearerHash(proof),
        recovery_hash: bearerHash(vaults.recoveryAuth(identity)),
        unlock: toBase64url(await vaults.sealUnlock(identity, argon)),
        vault: toBase64url(await vaults.sealVault(vault, identity)),
      },
    };
    return { text: vaults.recoverySheet(wanted.host, name, identity), identity };
  }

  async finishSetUp(): Promise<DeskAccount> {
    const prepared = this.#prepared;
    if (prepared === null) throw new VaultError('malformed');
    const enter = () => this.#enter(prepared.request.name, prepared.proof, prepared.argon);
    try {
      await this.#api.setUp(prepared.token, prepared.request);
    } catch (error) {
      // An answer that was lost on its way was a yes, if this account can sign in.
      if (!(error instanceof Problem) || error.type !== 'setup-refused' || !this.#asked) throw error;
      return enter();
    } finally {
      this.#asked = true;
    }
    this.#prepared = null;
    return enter();
  }

  async signIn(typedName: string, passphrase: string): Promise<DeskAccount> {
    const name = vaults.signInName(typedName);
    const argon = await stretch(passphrase, await this.#api.getSalt(name));
    return this.#enter(name, toBase64url(vaults.signInProof(argon)), argon);
  }

  async unlock(passphrase: string): Promise<DeskAccount> {
    const answer = await this.#api.getVault();
    return this.#open(answer, await stretch(passphrase, fromBase64url(answer.salt, SALT_BYTES)));
  }

  async recover(typedName: string, sheet: string, passphrase: string): Promise<DeskAccount> {
    const identity = vaults.identityOnSheet(sheet);
    const name = vaults.signInName(typedName);
    const argon = await stretch(passphrase, await this.#api.getSalt(name));
    const proof = vaults.signInProof(argon);
    const unlock = toBase64url(await vaults.sealUnlock(identity, argon));
    await this.#api.putUnlock({ sign_in_hash: bearerHash(proof), unlock }, vaults.recoveryAuth(identity));
    return this.#enter(name, toBase64url(proof), argon);
  }

  async changePassphrase(current: string, next: string): Promise<DeskAccount> {
    const answer = await this.#api.getVault();
    const salt = fromBase64url(answer.salt, SALT_BYTES);
    const argon = await stretch(current, salt);
    const identity = await vaults.openUnlock(fromBase64url(answer.unlock), argon);
    const nextArgon = await stretch(next, salt);
    const proof = vaults.signInProof(nextArgon);
    await this.#api.putUnlock({
      sign_in_hash: bearerHash(proof),
      unlock: toBase64url(await vaults.sealUnlock(identity, nextArgon)),
      proof: toBase64url(vaults.signInProof(argon)),
    });
    return this.#enter(answer.name, toBase64url(proof), nextArgon);
  }

  recoverySheet(host: string): RecoverySheet {
    const { identity, name } = this.unlocked;
    return { text: vaults.recoverySheet(host, name, identity), identity };
  }

  /** When the vault was written elsewhere in the meantime, the change is made to what is there now. */
  async updateVault(change: VaultChange | ((vault: vaults.Vault) => VaultChange)): Promise<DeskAccount> {
    for (let write = 1; ; write++) {
      const { identity, vault, etag, name } = this.unlocked;
      const wanted = typeof change === 'function' ? change(vault) : change;
      const changed = { ...vault, ...(wanted as unknown as Partial<vaults.Vault>), v: 1 as const };
      try {
        const sealed = toBase64url(await vaults.sealVault(changed, identity));
        const newEtag = await this.#api.putVault(sealed, etag);
        this.#unlocked = { identity, name, vault: changed, etag: newEtag };
        return this.described();
      } catch (error) {
        const elsewhere = error instanceof Problem && error.status === 412;
        if (!elsewhere || write >= MOST_WRITES) throw error;
        const answer = await this.#api.getVault();
        this.#unlocked = { identity, name, vault: await openedVault(answer, identity), etag: answer.etag };
      }
    }
  }

  described(): DeskAccount {
    const { identity, name, vault } = this.unlocked;
    return {
      account: vault.account,
      name,
      display_name: vault.display_name,
      recipient: recipientOf(identity),
      settings: vault.settings as VaultSettings,
      templates: vault.templates,
    };
  }

  /** Recipients whose cards count, beside the own one. */
  get makers(): readonly string[] {
    const { makers } = this.unlocked.vault.settings;
    return Array.isArray(makers) ? makers.filter((maker): maker is string => typeof maker === 'string') : [];
  }

  async #enter(name: string, proof: string, argon: Bytes): Promise<DeskAccount> {
    await this.#api.signIn(name, proof);
    return this.#open(await this.#api.getVault(), argon);
  }

  async #open(answer: VaultAnswer, argon: Bytes): Promise<DeskAccount> {
    const identity = await vaults.openUnlock(fromBase64url(answer.unlock), argon);
    const vault = await openedVault(answer, identity);
    this.#unlocked = { identity, name: answer.name, vault, etag: answer.etag };
    return this.described();
  }
}

export type VaultChange = Partial<Pick<DeskAccount, 'display_name' | 'settings' | 'templates'>>;

async function openedVault(answer: VaultAnswer, identity: Identity): Promise<vaults.Vault> {
  const vault = await vaults.openVault(fromBase64url(answer.vault), identity);
  if (vault.account !== answer.account) throw new VaultError('altered');
  return vault;
}
