import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Form, formIn } from '../../sealed/form.ts';
import type { DeskAccount } from '../desk.ts';
import { Account } from './account.ts';
import { account, begins, honest, PASSPHRASE, server } from './scene.ts';
import { removeTemplate, saveTemplate } from './templates.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

const form = (id: string, more: object = {}): Form => formIn({ id, name: id, questions: [], ...more });
const names = ({ templates }: DeskAccount) => templates.map(({ name }) => name);

test('a template is kept, changed and taken away', async () => {
  const first = await saveTemplate(account, form('a'), null, '');
  const changed = form('a', { name: 'b' });
  expect(names((await saveTemplate(account, changed, first.template, '')).account)).toEqual(['b']);
  expect(names(await removeTemplate(account, 'a'))).toEqual([]);
});

test('templates that two desks write at the same time are all kept', async () => {
  const other = new Account(server.api);
  await other.unlock(PASSPHRASE);
  await saveTemplate(account, form('mine'), null, '');
  const saved = await saveTemplate(other, form('theirs'), null, '');
  expect(saved.both).toBe(false);
  expect(names(saved.account)).toEqual(['mine', 'theirs']);
});

test('one template changed at two desks is kept in both ways, and says so', async () => {
  const before = (await saveTemplate(account, form('same'), null, '')).template;
  const other = new Account(server.api);
  await other.unlock(PASSPHRASE);
  await saveTemplate(account, form('same', { greeting: 'Hello' }), before, '');
  const saved = await saveTemplate(
    other,
    form('same', { greeting: 'Hi' }),
    before,
    'same, also changed here',
  );
  expect(saved.both).toBe(true);
  expect(saved.template.id).toBe('same-2');
  const kept = saved.account.templates.filter(({ id }) => String(id).startsWith('same'));
  expect(kept.map(({ name, greeting }) => [name, greeting])).toEqual([
    ['same', 'Hello'],
    ['same, also changed here', 'Hi'],
  ]);
});

test('a template of a later version stays as it is beside others', async () => {
  const later = { id: 'later', v: 2, name: 'Later', questions: 'unheard of' };
  await account.updateVault(({ templates }) => ({ templates: [...templates, later] }));
  const saved = await saveTemplate(account, form('now'), null, '');
  expect(saved.account.templates).toContainEqual(later);
  const over = await saveTemplate(account, form('later'), null, 'copy');
  expect(over.both).toBe(true);
  expect(over.account.templates).toContainEqual(later);
});
