import { expect, it } from 'vitest';
import { desk as words } from '../text/en.ts';
import { nameTrouble } from './sign-in-name.ts';

const { short, spaces, capitals, signs } = words.setup.nameWrong;

it.each([
  ['Mara L', spaces],
  ['mara  l', spaces],
  ['Mara', capitals],
  ['märä!', signs('ä !')],
  ['jo', short],
  ['   ', short],
])('%j is refused for what is wrong with it', (typed, said) => {
  expect(nameTrouble(typed)).toBe(said);
});

it.each(['mara', ' mara ', 'a.b_c@d-9', 'abc'])('%j is taken', (typed) => {
  expect(nameTrouble(typed)).toBe('');
});
