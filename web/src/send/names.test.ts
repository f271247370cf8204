import { expect, test } from 'vitest';
import { fromName, readerNames } from './names.ts';

const bare = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '');

test('all readers are named', () => {
  expect(bare(readerNames({ from: 'Anna', readers: ['Anna'] }))).toBe('Anna');
  expect(bare(readerNames({ from: 'Anna', readers: ['Anna', 'Ben', 'Cleo'] }))).toBe('Anna, Ben and Cleo');
});

test('without a name there is still somebody', () => {
  expect(fromName({ from: ' \u202e ', readers: [] })).toBe('Someone');
  expect(bare(readerNames({ from: 'Anna', readers: [''] }))).toBe('Anna');
});
