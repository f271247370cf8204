import { afterEach, expect, test, vi } from 'vitest';
import { newSubmissionId } from '../sealed/ids.ts';
import { getFilePart } from './desk.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a part of a file is put together, and the memory of its pieces given back', async () => {
  // Two with memory of their own, one that shares it.
  const shared = Uint8Array.from([7, 7, 5, 6, 7]);
  const pieces = [Uint8Array.from([1, 2]), Uint8Array.from([3, 4]), shared.subarray(2, 4)];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const headers = { 'Content-Range': 'bytes 10-15/100' };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status: 206, headers })));
  const moved: number[] = [];
  const part = { id: newSubmissionId(), n: 0, from: 10, to: 15, size: 100 };
  const bytes = await getFilePart(part, (at) => moved.push(at), new AbortController().signal);
  expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(moved).toEqual([2, 4, 6]);
  expect(pieces.map(({ length }) => length)).toEqual([0, 0, 2]);
  expect([...shared]).toEqual([7, 7, 5, 6, 7]);
});
