import { describe, expect, it } from 'vitest';
import type { Alerts } from '../../api/alerts.ts';
import { Problem } from '../../api/problem.ts';
import { refusalWords } from '../alert-words.ts';
import { formOf, wishOf, wrongIn } from './alert-form.ts';

const NONE: Alerts = {
  mail_possible: true,
  mail: null,
  webhook: null,
  ntfy: null,
  on: ['arrived', 'unsaved'],
  state: [],
};
const KEPT: Alerts = {
  ...NONE,
  mail: { to: 'jo@example.org' },
  webhook: { url: 'https://hook.example/x', signed: true },
};

describe('the form of the alerts', () => {
  it('asks for what is kept when nothing was changed, and sends no secret it was not given', () => {
    expect(wishOf(formOf(KEPT))).toEqual({
      mail: { to: 'jo@example.org' },
      webhook: { url: 'https://hook.example/x' },
      ntfy: null,
      on: ['arrived', 'unsaved'],
    });
  });

  it('takes away a way that is switched off, and hands on a secret that was typed', () => {
    const form = formOf(KEPT);
    const wish = wishOf({ ...form, secret: 'sixteen-letters!', use: { ...form.use, mail: false } });
    expect(wish).toMatchObject({ mail: null, webhook: { secret: 'sixteen-letters!' } });
  });

  it('marks an address that can not be one, of the ways in use alone', () => {
    const form = { ...formOf(NONE), to: 'jo', webhook: 'hook.example', ntfy: 'javascript:1' };
    expect(wrongIn(form)).toEqual([]);
    expect(wrongIn({ ...form, use: { mail: true, webhook: true, ntfy: true } })).toEqual([
      'mail',
      'webhook',
      'ntfy',
    ]);
  });

  it('says in a sentence which field the server does not take', () => {
    const refused = (detail: string | null) => refusalWords(new Problem('alert-malformed', 422, { detail }));
    expect(refused('webhook must begin with https://')).toBe(
      'The address of the webhook must begin with https://. Nothing was changed.',
    );
    expect(refused('webhook.secret has fewer than 16 characters')).toMatch(/^The signing secret has fewer/);
    for (const odd of ['toString is odd', 'Odd', null]) expect(refused(odd)).toMatch(/Nothing was changed/);
  });
});
