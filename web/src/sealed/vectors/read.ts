/** Reads `tests/vectors/NAME.json` for the tests. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One case: a name and fields, as the README there says. */
export type Case = { readonly name: string; readonly refused?: string } & {
  readonly [field: string]: unknown;
};

export function vectors(file: string, list = 'cases'): readonly Case[] {
  const path = fileURLToPath(new URL(`../../../../tests/vectors/${file}.json`, import.meta.url));
  const lists = JSON.parse(readFileSync(path, 'utf-8')) as Record<string, Case[]>;
  return lists[list] ?? [];
}

export function textOf(one: Case, field: string): string {
  const value = one[field];
  if (typeof value !== 'string') throw new TypeError(`${one.name}: ${field} is not text`);
  return value;
}

export function numberOf(one: Case, field: string): number {
  const value = one[field];
  if (typeof value !== 'number') throw new TypeError(`${one.name}: ${field} is not a number`);
  return value;
}
