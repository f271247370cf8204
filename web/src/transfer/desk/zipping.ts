/**
 * Several files and what was answered as one zip, made while it is written: a fault in any file ends all of it,
 * so that there is no zip with something missing. The only file that names `client-zip`.
 */
import { makeZip, predictLength } from 'client-zip';
import type { Bytes } from '../../sealed/bytes.ts';
import type { Control } from '../control.ts';
import type { ZipText } from '../desk.ts';
import { savingError, type FetchingPorts } from './fetching.ts';
import { type Reached, plaintextOf } from './saving.ts';
import type { Sink } from './sink.ts';
import type { CheckedFile } from './submissions.ts';

export interface ZipFile {
  readonly file: CheckedFile;
  /** Safe, and no other of the zip has it. */
  readonly name: string;
}

/** Bytes of the whole zip. */
export function zipSize(files: readonly ZipFile[], texts: readonly ZipText[]): number {
  const sized = files.map(({ file, name }) => ({ name, size: file.entry.size }));
  const written = texts.map(({ name, text }) => ({ name, size: new TextEncoder().encode(text).length }));
  return Number(predictLength([...written, ...sized]));
}

/** Throws SavingError; the sink is discarded then. `reached` counts plaintext of the files. */
export async function saveZip(
  files: readonly ZipFile[],
  texts: readonly ZipText[],
  sink: Sink,
  ports: FetchingPorts,
  reached: Reached,
  control: Control,
): Promise<Blob | null> {
  const all = files.reduce((sum, { file }) => sum + file.entry.size, 0);
  const size = zipSize(files, texts);
  let before = 0;
  async function* entries() {
    for (const { name, text } of texts) yield { name, input: text };
    for (const { file, name } of files) {
      const done = before;
      const input = plaintextOf(file, ports, (opened) => reached(done + opened, all), control);
      yield { name, input, size: file.entry.size, ...datedBy(file) };
      before += file.entry.size;
    }
  }
  try {
    let written = 0;
    for await (const piece of pieces(makeZip(entries()))) {
      written += piece.length;
      await sink.write(piece);
    }
    // Whatever the library did with an entry that ended early: a zip of another size is none.
    if (written !== size) throw new Error('the zip is not whole');
    await control.passing();
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw savingError(error);
  }
}

const PIECE = 1024 * 1024;

/** Headers are some bytes each: written together with what follows. */
async function* pieces(zip: ReadableStream<Uint8Array>): AsyncGenerator<Bytes> {
  let piece = new Uint8Array(PIECE);
  let filled = 0;
  const reader = zip.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { value } = next;
      for (let at = 0; at < value.length;) {
        const part = value.subarray(at, at + PIECE - filled);
        piece.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < PIECE) continue;
        yield piece;
        piece = new Uint8Array(PIECE);
        filled = 0;
      }
    }
    if (filled > 0) yield piece.slice(0, filled);
  } finally {
    // Where it was not wanted to its end, nothing more is fetched for it.
    await reader.cancel().catch(() => undefined);
  }
}

/** The years that a zip can name, less a day for the place on earth: it writes local time. */
const OLDEST = Date.UTC(1980, 0, 2);
const NEWEST = Date.UTC(2107, 11, 30);

function datedBy(file: CheckedFile): { lastModified?: Date } {
  const { modified } = file.entry;
  return modified === null
    ? {}
    : { lastModified: new Date(Math.min(NEWEST, Math.max(modified * 1000, OLDEST))) };
}
