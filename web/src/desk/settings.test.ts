import { expect, it } from 'vitest';
import { settingsIn, UNSET, withSettings } from './settings.ts';

it('everything is off until it is set, and what is not a setting counts as unset', () => {
  expect(settingsIn({})).toEqual(UNSET);
  const odd = { notify: 'yes', sound: 1, drafts: ['x'] };
  expect(settingsIn(odd)).toEqual(UNSET);
  const texts = { a: 'words', b: 7, c: 'x'.repeat(2001) };
  expect(settingsIn({ drafts: texts }).drafts).toEqual({ a: 'words' });
});

it('a change keeps what a later version has set', () => {
  const changed = withSettings({ makers: ['m'], theme: 'x', sound: true }, { notify: true });
  expect(changed).toEqual({ makers: ['m'], theme: 'x', sound: true, notify: true });
  expect(settingsIn(changed)).toMatchObject({ notify: true, sound: true });
});
