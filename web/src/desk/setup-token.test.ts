import { describe, expect, it } from 'vitest';
import { forgetSetupToken, takeSetupToken } from './setup-token.ts';

const TOKEN = 'A'.repeat(43);

function place(hash: string, held = new Map<string, string>()) {
  let cleaned = 0;
  const kept = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
  return { hash, clean: () => void (cleaned += 1), kept, cleanings: () => cleaned };
}

describe('the set-up address', () => {
  it('gives its token once to the page and leaves the address bar', () => {
    const here = place(`#setup.${TOKEN}`);
    expect(takeSetupToken(here)).toBe(TOKEN);
    expect(here.cleanings()).toBe(1);
  });

  it('goes on after a reload without it, until set-up is done', () => {
    const held = new Map<string, string>();
    takeSetupToken(place(`#setup.${TOKEN}`, held));
    const reloaded = place('', held);
    expect(takeSetupToken(reloaded)).toBe(TOKEN);
    expect(reloaded.cleanings()).toBe(0);
    forgetSetupToken(reloaded);
    expect(takeSetupToken(place('', held))).toBeNull();
  });

  it.each(['#setup.', `#setup.${TOKEN}A`, '#setup.<script>', '#other'])('takes nothing from %s', (hash) => {
    const here = place(hash);
    expect(takeSetupToken(here)).toBeNull();
    expect(here.cleanings()).toBe(1);
  });
});
