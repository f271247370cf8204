import { expect, test } from 'vitest';
import { kindOf, kindWords } from './kind.ts';

test('what was found in a file says what it is', () => {
  expect(kindOf({ name: 'IMG_1.MOV', type: '' }, { kind: 'video' })).toBe('video');
  expect(kindOf({ name: 'film', type: '' }, { kind: 'video' })).toBe('video');
  expect(kindOf({ name: 'squat.mp4', type: 'video/mp4' }, { kind: 'picture' })).toBe('picture');
});

test('until then, and where nothing was found, its type says so', () => {
  expect(kindOf({ name: 'squat', type: 'video/quicktime' })).toBe('video');
  expect(kindOf({ name: 'front', type: 'image/heic' })).toBe('picture');
  expect(kindOf({ name: 'x.mov', type: 'application/pdf' })).toBe('other');
  expect(kindOf({ name: 'squat.avi', type: 'video/x-msvideo' }, { kind: 'other' })).toBe('video');
});

test('without a type its ending does', () => {
  expect(kindOf({ name: 'IMG_0001.MOV', type: '' })).toBe('video');
  expect(kindOf({ name: 'IMG_0002.HEIC', type: '' }, { kind: 'other' })).toBe('picture');
  expect(kindOf({ name: 'movie.mov.pdf', type: '' })).toBe('other');
  expect(kindOf({ name: 'mov', type: '' })).toBe('other');
});

test('what it is, how long and how large: it breaks before a dot, never behind one', () => {
  const said = kindWords('video', 20, 7_800_000);
  expect(said.replaceAll('\u00a0', ' ')).toBe('Video · 0:20 · 7.8 MB');
  expect(said.split(' ')).toEqual(['Video', '·\u00a00:20', '·\u00a07.8\u00a0MB']);
  expect(kindWords('other', undefined, 0).split(' ')).toEqual(['File', '·\u00a00\u00a0KB']);
});
