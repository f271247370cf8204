/**
 * Fetches one sealed file in pieces, opens every chunk of it and hands the plaintext to a sink. The last
 * chunk is opened first, so that the size is known to be true before anything is written. What is cut off,
 * altered or mixed up is an error and leaves nothing behind.
 */
import type { Bytes } from '../../sealed/bytes.ts';
import { CHUNK } from '../../sealed/ranges.ts';
import type { Control } from '../control.ts';
import { Fetching, type FetchingPorts, opened, openStretch, savingError } from './fetching.ts';
import type { Sink } from './sink.ts';
import type { CheckedFile } from './submissions.ts';

/** Plaintext bytes opened at once: 4 MiB. With 8 a page of WebKitGTK held 30 MiB more, and none was faster. */
const PIECE = 64 * CHUNK;

/** What a saving is told on its way: bytes of plaintext that came, of how many. */
export type Reached = (opened: number, total: number) => void;

/** Throws SavingError; the sink is discarded then. */
export async function save(
  file: CheckedFile,
  sink: Sink,
  ports: FetchingPorts,
  reached: Reached,
  control: Control,
): Promise<Blob | null> {
  try {
    for await (const piece of plaintextOf(file, ports, reached, control)) await sink.write(piece);
    await control.passing();
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw savingError(error);
  }
}

/** All of a file, piece by piece; the next is on its way while one is used. Throws before the first wrong byte. */
export async function* plaintextOf(
  file: CheckedFile,
  ports: FetchingPorts,
  reached: Reached,
  control: Control,
): AsyncGenerator<Bytes> {
  const fetching = new Fetching(file, ports);
  const source = await opened(file, fetching, control);
  const total = source.size;
  // One piece is on its way while another is used, and may start again: told is only what is new.
  let furthest = 0;
  const tell = (bytes: number): void => {
    furthest = Math.max(furthest, Math.min(bytes, total));
    reached(furthest, total);
  };
  const piece = (at: number): Promise<Bytes> =>
    openStretch(source, fetching, control, [at, Math.min(at + PIECE, total) - 1], (bytes) =>
      tell(at + bytes),
    );
  tell(0);
  let next = total > 0 ? piece(0) : null;
  for (let at = 0; next !== null; at += PIECE) {
    const plaintext: Bytes = await next;
    next = at + PIECE < total ? piece(at + PIECE) : null;
    next?.catch(() => undefined);
    await control.passing();
    yield plaintext;
    tell(at + PIECE);
  }
}
