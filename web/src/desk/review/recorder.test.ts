import { describe, expect, it } from 'vitest';
import { MOST_SECONDS, Recorder, type RecorderHost } from './recorder.svelte.ts';

class FakeRecorder {
  state: RecordingState = 'inactive';
  mimeType: string;
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onstop: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #bytes: string;

  constructor(type: string, bytes: string) {
    this.mimeType = type;
    this.#bytes = bytes;
  }
  start(): void {
    this.state = 'recording';
  }
  stop(): void {
    this.state = 'inactive';
    if (this.#bytes) this.ondataavailable?.({ data: new Blob([this.#bytes]) });
    this.onstop?.();
  }
}

function studio(types: readonly string[] = ['audio/webm', 'video/webm'], bytes = 'sound') {
  const kept: Blob[] = [];
  const tracks = { stopped: 0 };
  const stream = { getTracks: () => [{ stop: () => (tracks.stopped += 1) }] } as unknown as MediaStream;
  const waiting: { comes: () => void; fails: (name: string) => void }[] = [];
  let tick: (() => void) | null = null;
  const host: RecorderHost = {
    ask: () =>
      new Promise((resolve, reject) => {
        waiting.push({ comes: () => resolve(stream), fails: (name) => reject(new DOMException('', name)) });
      }),
    supports: (type) => types.includes(type),
    recorder: (_stream, options) =>
      new FakeRecorder(`${options.mimeType ?? ''};codecs=opus`, bytes) as unknown as MediaRecorder,
    seconds: (called) => {
      tick = called;
      return () => (tick = null);
    },
  };
  const recorder = new Recorder((blob) => kept.push(blob), host);
  const begun = async () => {
    const starting = recorder.start('audio');
    waiting.shift()?.comes();
    await starting;
  };
  return { recorder, kept, tracks, waiting, begun, second: () => tick?.(), counting: () => tick !== null };
}

describe('a voice note', () => {
  it('is counted while it runs and kept as what it is', async () => {
    const { recorder, kept, tracks, begun, second, counting } = studio();
    await begun();
    second();
    second();
    expect(recorder.state).toMatchObject({ is: 'running', seconds: 2 });
    recorder.keep();
    expect(kept[0]?.type).toBe('audio/webm');
    expect(await kept[0]?.text()).toBe('sound');
    expect([recorder.state.is, tracks.stopped, counting()]).toEqual(['idle', 1, false]);
  });

  it('that is thrown away leaves nothing, and lets the microphone go', async () => {
    const { recorder, kept, tracks, begun } = studio();
    await begun();
    recorder.drop();
    expect([kept.length, tracks.stopped]).toEqual([0, 1]);
  });

  it('ends by itself at the longest and is kept', async () => {
    const { kept, begun, second } = studio();
    await begun();
    for (let seconds = 0; seconds < MOST_SECONDS.audio; seconds++) second();
    expect(kept.length).toBe(1);
  });

  it('that was left before the microphone came lets it go when it comes', async () => {
    const { recorder, tracks, waiting } = studio();
    const starting = recorder.start('audio');
    recorder.drop();
    waiting[0]?.comes();
    await starting;
    expect([recorder.state.is, tracks.stopped]).toEqual(['idle', 1]);
  });

  it.each([
    ['NotAllowedError', 'not-allowed'],
    ['NotFoundError', 'none-here'],
    ['NotReadableError', 'taken'],
    ['TypeError', 'unable'],
  ] as const)('that ends in %s says why', async (name, why) => {
    const { recorder, waiting } = studio();
    const starting = recorder.start('audio');
    waiting[0]?.fails(name);
    await starting;
    expect(recorder.state).toEqual({ is: 'refused', kind: 'audio', why });
  });

  it('of no sound at all is not kept', async () => {
    const { recorder, kept, begun } = studio(['audio/webm'], '');
    await begun();
    recorder.keep();
    expect([recorder.state, kept.length]).toEqual([{ is: 'refused', kind: 'audio', why: 'empty' }, 0]);
  });

  it('is not tried where nothing can be recorded', async () => {
    const { recorder, waiting } = studio([]);
    await recorder.start('video');
    expect(recorder.state).toEqual({ is: 'refused', kind: 'video', why: 'unable' });
    expect(waiting).toEqual([]);
  });
});
