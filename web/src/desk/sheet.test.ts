import { describe, expect, it } from 'vitest';
import { confirmsSheet, identityIn, inGroups, nameIn } from './sheet.ts';

const KEY = `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;
const SHEET = `# dewdrop recovery v1\n# desk.example:8080 jo.m\n${KEY}\n`;

describe('the recovery sheet', () => {
  it('is read in groups that give the key again', () => {
    expect(inGroups(KEY).join('')).toBe(KEY);
    expect(inGroups(KEY).slice(0, 2)).toEqual(['AGE-SECRET-KEY-1', KEY.slice(16, 24)]);
  });

  it('is confirmed by its last four characters, in any case and spacing, and by nothing else', () => {
    const end = KEY.slice(-4);
    expect(
      [end, end.toLowerCase(), ` ${end.slice(0, 2)} ${end.slice(2)} `].map((t) => confirmsSheet(t, KEY)),
    ).toEqual([true, true, true]);
    expect(['', end.slice(1), KEY.slice(0, 4), `x${end}`].map((t) => confirmsSheet(t, KEY))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('is found whole, typed in groups, or in small letters', () => {
    expect(identityIn(SHEET)).toBe(KEY);
    expect(identityIn(inGroups(KEY).join(' \n').toLowerCase())).toBe(KEY);
    expect(identityIn(KEY.slice(0, -1))).toBeNull();
    expect(identityIn('')).toBeNull();
  });

  it('names who it belongs to', () => {
    expect(nameIn(SHEET)).toBe('jo.m');
    expect(nameIn(KEY)).toBeNull();
  });
});
