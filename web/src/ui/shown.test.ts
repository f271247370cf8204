import { expect, test } from 'vitest';
import { shownLine, shownText } from './shown.ts';

test('a name can not turn the line around', () => {
  expect(shownLine('evil\u202Egpj.exe')).toBe('evilgpj.exe');
  expect(shownLine('\u2066a\u2069')).toBe('a');
});

test('control characters are seen', () => {
  expect(shownLine('a\u0000b\u001bc')).toBe('a\ufffdb\ufffdc');
});

test('a line has no line ends, a text keeps them', () => {
  expect(shownLine(' one\r\ntwo\n\nthree ')).toBe('one two three');
  expect(shownText('one\r\ntwo')).toBe('one\ntwo');
});

test('a right-to-left name is left as it is', () => {
  expect(shownLine('נועה כהן')).toBe('נועה כהן');
});
