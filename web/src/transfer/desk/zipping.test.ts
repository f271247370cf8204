/** "Save all": whatever time a file claims is one that a zip can name, and what fails is told as what it is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bytes, concat } from '../../sealed/bytes.ts';
import { LAST_TIME } from '../../sealed/json.ts';
import { account, begins, film, honest, hurried, links, makeAndSend, reasonOf, server } from './scene.ts';
import { MemorySink } from './sink.ts';
import { type CheckedFile, Submissions } from './submissions.ts';
import { saveZip } from './zipping.ts';

const ports = { getFilePart: server.api.getFilePart };
let file: CheckedFile;

beforeAll(async () => {
  await begins();
  const { detail } = await makeAndSend(film(1000));
  const submissions = new Submissions(server.api, account, links);
  await submissions.open(detail.id);
  const found = submissions.file(detail.id, 0);
  if (found === null) throw new Error('not opened');
  file = found;
}, 60_000);
afterAll(honest);

async function zips(modified: number | null, sink = new MemorySink()): Promise<Bytes> {
  const dated = { file: { ...file, entry: { ...file.entry, modified } }, name: 'x.mp4' };
  const blob = await saveZip([dated], [], sink, ports, () => undefined, hurried());
  return concat(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
}

test.each([
  [LAST_TIME, 2107],
  [Number.MAX_SAFE_INTEGER, 2107],
  [0, 1980],
  [1_700_000_000, 2023],
])('a file of the second %d is in the zip as of the year %d', async (modified, year) => {
  const zip = await zips(modified);
  const date = new DataView(zip.buffer).getUint16(12, true);
  expect(1980 + (date >> 9)).toBe(year);
});

test('what fails without the connection is not called a connection that dropped', async () => {
  const sink = new MemorySink();
  sink.finish = () => Promise.reject(new RangeError('no such thing'));
  expect(await reasonOf(zips(null, sink))).toBe('failed');
});
