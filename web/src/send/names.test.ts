import { expect, test } from 'vitest';
import { fromName, onlyReader, readerNames } from './names.ts';

const bare = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '');

test('all readers are named', () => {
  expect(bare(readerNames({ from: 'Anna', readers: ['Anna'] }))).toBe('Anna');
  expect(bare(readerNames({ from: 'Anna', readers: ['Anna', 'Ben', 'Cleo'] }))).toBe('Anna, Ben and Cleo');
});

test('who replied is named only where nobody else can have', () => {
  expect(bare(onlyReader({ from: 'Studio', readers: ['', 'Anna'] }))).toBe('Anna');
  expect(onlyReader({ from: 'Anna', readers: ['Anna', 'Ben'] })).toBe('');
  expect(onlyReader({ from: 'Anna', readers: [' \u202e '] })).toBe('');
});

test('without a name there is still somebody', () => {
  expect(fromName({ from: ' \u202e ', readers: [] })).toBe('Someone');
  expect(bare(readerNames({ from: 'Anna', readers: [''] }))).toBe('Anna');
});
