/** A picked file that is written over while it is sealed, by an engine that reads whatever is there now. */
import { expect, test } from 'vitest';
import { unsealed } from './fake-sealing.ts';
import { sends } from './fake-sending.ts';
import { MemoryStage } from './fake-stage.ts';
import { PIECE } from './sealer.ts';

const SIZE = 5 * PIECE + 7;

/** Reads `film` until `reads` reads were made, then what was written over it. */
function written(reads: number, over: (film: Uint8Array) => void): File {
  const film = Uint8Array.from({ length: SIZE }, (_, i) => (i >> 12) % 251);
  let left = reads;
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => {
      if (left-- === 0) over(film);
      return Promise.resolve(film.slice(from, to).buffer);
    },
  });
  return { name: 'film', size: SIZE, type: 'video/mp4', lastModified: 5000, slice } as unknown as File;
}

const sent = (film: File, stage: MemoryStage | null) => sends([new File(['x'], 'first'), film], { stage });

const WAYS = [
  ['kept on the device', () => new MemoryStage()],
  ['sealed while it is sent', () => null],
] as const;

for (const [way, stage] of WAYS) {
  test(`a film that another is written over, ${way}, is not sent torn`, async () => {
    for (const reads of [1, 3, 5]) {
      const { ended, server, safe } = await sent(
        written(reads, (film) => film.fill(9)),
        stage(),
      );
      expect(ended).toMatchObject({ reason: 'file-changed', file: 1 });
      expect(server.state).toBe('receiving');
      expect(server.calls).not.toContain('commit');
      expect(safe).not.toContain(true);
    }
  });

  test(`a film whose end is written anew, ${way}, is not sent torn`, async () => {
    const { ended } = await sent(
      written(6, (film) => film.fill(9, 5 * PIECE)),
      stage(),
    );
    expect(ended).toMatchObject({ reason: 'file-changed', file: 1 });
  });

  test(`a film that nobody touches, ${way}, arrives, and so does one that is touched afterwards`, async () => {
    for (const reads of [-1, 8]) {
      const { ended, server } = await sent(
        written(reads, (film) => film.fill(9)),
        stage(),
      );
      expect(ended).toBeNull();
      const film = unsealed(server.files.get(1)?.bytes ?? new Uint8Array(0));
      expect(film.every((byte, i) => byte === (i >> 12) % 251)).toBe(true);
    }
  });
}
