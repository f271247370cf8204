import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROBLEM_TYPES, problemOf } from './problem.ts';

const SERVER = join(import.meta.dirname, '../../../src/http');
/** A refusal where it is made, and the words of a link's state, which are chosen before. */
const MADE = /\b(?:Refusal|Self)::new\(\s*\d{3},\s*"([a-z-]+)"|=> \("([a-z-]+)", "[^"]+"\)/g;
const ANY = /\b(?:Refusal|Self)::new\(/g;
/** In link_ended, whose words MADE finds at their choice. */
const CHOSEN = 1;

function said(): { kinds: string[]; places: number } {
  const kinds: string[] = [];
  let places = 0;
  for (const name of readdirSync(SERVER, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.rs')) continue;
    const code = readFileSync(join(SERVER, name), 'utf8');
    places += code.match(ANY)?.length ?? 0;
    for (const [, made, chosen] of code.matchAll(MADE)) kinds.push(made ?? chosen ?? '');
  }
  return { kinds, places };
}

test('every refusal of the server is known here, and no other', () => {
  const { kinds, places } = said();
  const states = kinds.filter((kind) => kind.startsWith('link-') && kind !== 'link-busy');
  expect(states.toSorted()).toEqual(['link-closed', 'link-expired', 'link-spent']);
  // Each place where one is made was understood: four words of link_ended stand for its one place.
  expect(kinds.length - 4).toBe(places - CHOSEN);
  expect([...PROBLEM_TYPES].toSorted()).toEqual([...new Set(kinds)].toSorted());
});

test('a refusal that is not our server is unknown', () => {
  expect(problemOf(409, null, '{"type":"conflict"}').type).toBe('conflict');
  expect(problemOf(409, null, '{"type":"about:blank"}').type).toBe('unknown');
  expect(problemOf(502, null, '<html>').type).toBe('unknown');
});
