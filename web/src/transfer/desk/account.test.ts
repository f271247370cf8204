import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toBase64url } from '../../sealed/bytes.ts';
import { Account } from './account.ts';
import { FakeDeskServer } from './fake-desk-server.ts';
import { Links } from './links.ts';
import { Submissions } from './submissions.ts';

import { ORIGIN, PASSPHRASE, server, account, sheet, begins, honest, reasonOf } from './scene.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

describe('an account', () => {
  test('is signed in to by its passphrase and by no other', async () => {
    expect((await new Account(server.api).signIn(' MARA', PASSPHRASE)).display_name).toBe('Mara Lind');
    await expect(new Account(server.api).signIn('mara', `${PASSPHRASE}s`)).rejects.toThrow('sign-in-refused');
  });

  test('unlocks with the passphrase only, by a session that stands', async () => {
    expect((await new Account(server.api).unlock(PASSPHRASE)).name).toBe('mara');
    expect(await reasonOf(new Account(server.api).unlock('wrong'))).toBe('vault passphrase');
  });

  test('holds and lists nothing before it is unlocked', async () => {
    const locked = new Account(server.api);
    expect(() => locked.unlocked).toThrow('passphrase');
    const lockedLinks = new Links(server.api, locked);
    expect(await reasonOf(lockedLinks.list(ORIGIN))).toBe('vault passphrase');
    expect(await reasonOf(new Submissions(server.api, locked, lockedLinks).list())).toBe('vault passphrase');
  });

  test('keeps a change of the vault that another desk made at the same time', async () => {
    const other = new Account(server.api);
    await other.unlock(PASSPHRASE);
    await account.updateVault({ settings: { theme: 'dark' } });
    await other.updateVault({ display_name: 'Mara L.' });
    expect(await account.unlock(PASSPHRASE)).toMatchObject({
      display_name: 'Mara L.',
      settings: { theme: 'dark' },
    });
  });

  test('is told a vault that was swapped for another account is altered', async () => {
    const other = new FakeDeskServer();
    const foreign = new Account(other.api);
    await foreign.beginSetUp({
      token: toBase64url(other.setupToken),
      name: 'eve',
      display_name: 'Eve',
      passphrase: 'x y z',
      host: 'h',
    });
    await foreign.finishSetUp();
    const own = server.account?.vault ?? '';
    if (server.account && other.account) server.account.vault = other.account.vault;
    expect(await reasonOf(new Account(server.api).unlock(PASSPHRASE))).toBe('vault altered');
    if (server.account) server.account.vault = own;
  });

  test('gets a new passphrase by the recovery sheet, and by the old one', async () => {
    const recovered = new Account(server.api);
    await recovered.recover('mara', sheet, 'another long passphrase 77');
    expect((await recovered.changePassphrase('another long passphrase 77', PASSPHRASE)).recipient).toBe(
      account.described().recipient,
    );
    expect(await reasonOf(new Account(server.api).recover('mara', 'AGE-SECRET-KEY-1QQ', 'x'))).toBe(
      'vault sheet',
    );
  }, 20_000);
});
