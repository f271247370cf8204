/** What is inside a zip, as another program sees it: unzip. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { expect } from 'vitest';
import { sha256 } from './film.ts';

const MOST = 1 << 30;

export class Zip {
  readonly #path: string;

  /** Throws where it is cut off or any sum in it is wrong. */
  constructor(path: string) {
    execFileSync('unzip', ['-tq', path]);
    this.#path = path;
  }

  names(): string[] {
    return execFileSync('unzip', ['-Z1', this.#path]).toString().trim().split('\n');
  }

  text(name: string): string {
    return this.#taken(name).toString();
  }

  sha256(name: string): string {
    return createHash('sha256').update(this.#taken(name)).digest('hex');
  }

  #taken(name: string): Buffer {
    return execFileSync('unzip', ['-p', this.#path, name], { maxBuffer: MOST });
  }
}

/** All that was sent under a label, and the answers for people and for programs. */
export async function holdsAll(zip: Zip, label: string, files: readonly string[]): Promise<void> {
  expect(zip.names()).toEqual(['answers.html', 'answers.json', ...files.map((path) => basename(path))]);
  for (const path of files) expect(zip.sha256(basename(path))).toBe(await sha256(path));
  expect(zip.text('answers.html')).toContain(`<h1>${label}</h1>`);
  expect(JSON.parse(zip.text('answers.json'))).toMatchObject({
    label,
    files: files.map((path) => ({ path: basename(path) })),
  });
}
