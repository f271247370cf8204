import { describe, expect, it } from 'vitest';
import { below, bitsOf, offerWords, strengthOf } from './passphrase.ts';
import { bits, words } from './strength.ts';

describe('the passphrase offered', () => {
  it('draws from the whole EFF list, which has 6 to the power of 5 distinct words', () => {
    expect(words.length).toBe(7776);
    expect(new Set(words).size).toBe(7776);
    expect([words[0], words[7775]]).toEqual(['abacus', 'zoom']);
  });

  it('is seven words, another seven each time, and counts as strong', () => {
    const [one, two] = [offerWords(words), offerWords(words)];
    expect(one.split(' ')).toHaveLength(7);
    expect(one.split(' ').every((word) => words.includes(word))).toBe(true);
    expect(one).not.toBe(two);
    expect(strengthOf(one, bits(one))).toBe('strong');
  });

  it('throws the ragged end of the random numbers away instead of folding it', () => {
    const draws = [65535, 62208, 62207];
    const random = (into: Uint16Array): void => void (into[0] = draws.shift() ?? 0);
    expect(below(7776, random)).toBe(62207 % 7776);
    expect(draws).toEqual([]);
  });
});

describe('the passphrase someone chose', () => {
  it.each(['password', 'Summer2026!', 'qwertyuiop123', 'aaaaaaaaaaaaaaaaaaaaaaaa'])('refuses %s', (text) => {
    expect(strengthOf(text, bits(text))).toBe('refused');
  });

  it('does not count what everyone knows: the sign-in name and the name shown', () => {
    expect(bits('jo.meyer@studio-north', ['jo.meyer@studio-north', 'Studio North'])).toBeLessThan(
      bits('jo.meyer@studio-north'),
    );
  });

  it('draws the lines at nothing, 50 and 70 bits', () => {
    expect(strengthOf('', 0)).toBe('empty');
    expect([49.9, 50, 69.9, 70].map((b) => strengthOf('x', b))).toEqual([
      'refused',
      'fair',
      'fair',
      'strong',
    ]);
    expect([bitsOf(0), bitsOf(1), bitsOf(1024)]).toEqual([0, 0, 10]);
  });
});
