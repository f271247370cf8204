/** Jumps of a film whose pictures are told when a test says so. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Seeker } from './seeker.ts';

class Film extends EventTarget {
  currentTime = 0;
  #told: VideoFrameRequestCallback | null = null;

  requestVideoFrameCallback(told: VideoFrameRequestCallback): number {
    this.#told = told;
    return 1;
  }
  /** A picture comes on the screen, now. */
  presents(mediaTime: number): void {
    const now = performance.now();
    const facts = { mediaTime, presentationTime: now, expectedDisplayTime: now };
    this.#told?.(now, { ...facts, width: 384, height: 216, presentedFrames: 1 });
  }
  arrives(): void {
    this.dispatchEvent(new Event('seeked'));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const QUIET = 1_000;
function begins() {
  const film = new Film();
  const seeker = new Seeker(film as unknown as HTMLVideoElement, () => undefined);
  /** A jump, what is told of it and when it arrives. */
  const jump = async (to: number, ...told: number[]) => {
    const heard = seeker.to(to);
    for (const at of told.slice(0, -1)) film.presents(at);
    film.arrives();
    await vi.advanceTimersByTimeAsync(0);
    for (const at of told.slice(-1)) film.presents(at);
    await vi.advanceTimersByTimeAsync(QUIET);
    return heard;
  };
  return { seeker, jump };
}

it('tells when the picture began that came, whatever was told of before', async () => {
  const { seeker, jump } = begins();
  expect(await jump(1.05, 1)).toBe(1);
  expect(await jump(2.05, 2)).toBe(2);
  expect(await jump(3.05)).toBe(null);
  expect([seeker.echoes, seeker.stands]).toEqual([false, 2]);
});

it('believes of an engine that echoes only what it echoes', async () => {
  const { seeker, jump } = begins();
  for (const to of [1, 2, 3]) expect(await jump(to, to)).toBe(to);
  expect(seeker.echoes).toBe(true);
  // Of the jump before, told late: then the picture that was asked for, or no word.
  expect(await jump(4, 3, 4)).toBe(4);
  expect(await jump(5, 4)).toBe(null);
  expect(await jump(6, 6)).toBe(6);
});

it('sees that an engine tells more than it seemed', async () => {
  const { seeker, jump } = begins();
  for (const to of [1, 2, 3, 4, 5, 6, 7, 8]) await jump(to, to);
  for (const to of [1.05, 2.05, 3.05]) await jump(to, to - 0.05);
  expect(seeker.echoes).toBe(false);
  expect(await jump(4.05, 4)).toBe(4);
});
