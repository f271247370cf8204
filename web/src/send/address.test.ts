import { expect, test } from 'vitest';
import { formatFragment, newSecret } from '../sealed/link.ts';
import { arrivedWith, forget, type Place } from './address.ts';

const fragment = formatFragment({ secret: newSecret(), fingerprint: newSecret() });

function place(href: string, held = new Map<string, string>(), refuses = false, stays = false) {
  let cleaned = 0;
  const made: Place = {
    href,
    stays,
    storage: {
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => {
        if (refuses) throw new Error('full');
        held.set(key, value);
      },
      removeItem: (key) => held.delete(key),
    },
    clean: () => (cleaned += 1),
  };
  return { made, held, cleaned: () => cleaned };
}

test('a link is kept before the address is cleaned, and found again without it', () => {
  const first = place(`https://drop.example/u#${fragment}`);
  expect(formatFragment(arrivedWith(first.made))).toBe(fragment);
  expect(first.cleaned()).toBe(1);
  expect(formatFragment(arrivedWith(place('https://drop.example/u', first.held).made))).toBe(fragment);
});

test('what a mail gateway made of it is repaired', () => {
  expect(formatFragment(arrivedWith(place(`https://drop.example/u%23${fragment}`).made))).toBe(fragment);
  expect(formatFragment(arrivedWith(place(`https://drop.example/u%2523${fragment}`).made))).toBe(fragment);
});

test('a link that can not be kept stays in the address', () => {
  const full = place(`https://drop.example/u#${fragment}`, new Map(), true);
  expect(formatFragment(arrivedWith(full.made))).toBe(fragment);
  expect(full.cleaned()).toBe(0);
});

test('inside another app the address keeps the link until it has served', () => {
  const inside = place(`https://drop.example/u#${fragment}`, new Map(), false, true);
  arrivedWith(inside.made);
  expect([inside.held.size, inside.cleaned()]).toEqual([1, 0]);
  forget(inside.made);
  expect([inside.held.size, inside.cleaned()]).toEqual([0, 1]);
});

test('a broken link is refused and stays in the address', () => {
  const cut = place(`https://drop.example/u#${fragment.slice(0, -3)}`);
  expect(() => arrivedWith(cut.made)).toThrow('cut-off');
  expect(cut.cleaned()).toBe(0);
});

test('a bare page without a kept link is missing one', () => {
  expect(() => arrivedWith(place('https://drop.example/u').made)).toThrow('missing');
});

test('after it has served, nothing of the link is left', () => {
  const used = place(`https://drop.example/u#${fragment}`);
  arrivedWith(used.made);
  forget(used.made);
  expect([...used.held]).toEqual([]);
});
