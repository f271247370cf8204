import { describe, expect, test } from 'vitest';
import { LARGEST_BODY, RequestSize, SMALLEST_BODY } from './request-size.ts';

const times = (count: number, act: () => void) => {
  for (let i = 0; i < count; i++) act();
};

describe('the size of requests', () => {
  test('begins at 8 MiB and is halved at each refusal of a proxy, down to 256 KiB', () => {
    const requests = new RequestSize();
    expect(requests.bytes).toBe(8 * 1024 * 1024);
    const sizes: number[] = [];
    while (requests.refused()) sizes.push(requests.bytes);
    expect(sizes).toEqual([4096, 2048, 1024, 512, 256].map((kib) => kib * 1024));
    expect(requests.bytes).toBe(SMALLEST_BODY);
  });

  test('is halved when connections drop twice in a row, not when they drop now and then', () => {
    const requests = new RequestSize();
    times(10, () => {
      requests.dropped();
      requests.went();
    });
    expect(requests.bytes).toBe(LARGEST_BODY);
    times(2, () => requests.dropped());
    expect(requests.bytes).toBe(LARGEST_BODY / 2);
    times(40, () => requests.dropped());
    expect(requests.bytes).toBe(SMALLEST_BODY);
  });

  test('doubles again after four that went well, up to where it began', () => {
    const requests = new RequestSize();
    times(4, () => requests.dropped());
    times(3, () => requests.went());
    expect(requests.bytes).toBe(LARGEST_BODY / 4);
    requests.went();
    expect(requests.bytes).toBe(LARGEST_BODY / 2);
    times(100, () => requests.went());
    expect(requests.bytes).toBe(LARGEST_BODY);
  });

  test('is patient before it asks a proxy again for what that refused', () => {
    const requests = new RequestSize();
    requests.refused();
    times(63, () => requests.went());
    expect(requests.bytes).toBe(LARGEST_BODY / 2);
    requests.went();
    expect(requests.bytes).toBe(LARGEST_BODY);
  });
});
