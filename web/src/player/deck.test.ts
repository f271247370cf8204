/** Jumps and steps that come faster than a film can follow, on a `<video>` that answers when it is told to. */
import { expect, it } from 'vitest';
import { Deck } from './deck.svelte.ts';
import { Frames } from './frames.ts';

const RATE = 60;
const SECONDS = 10;

/** Of an engine that tells nothing of single pictures. */
class Film extends EventTarget {
  readonly duration = SECONDS;
  readonly videoWidth = 384;
  readonly videoHeight = 216;
  paused = true;
  preservesPitch = true;
  readonly sent: number[] = [];
  #now = 0;
  get currentTime(): number {
    return this.#now;
  }
  set currentTime(to: number) {
    this.#now = to;
    this.sent.push(to);
  }
  pause(): void {
    this.paused = true;
  }
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A deck with such a film; `arrives` answers jumps for as long as some are on their way. */
function begins(numbered: boolean) {
  const deck = new Deck();
  const film = new Film();
  deck.attach(film as unknown as HTMLVideoElement);
  film.dispatchEvent(new Event('loadedmetadata'));
  const times = Float64Array.from({ length: RATE * SECONDS }, (_, n) => n / RATE);
  if (numbered) deck.numbered(new Frames(times, SECONDS));
  const arrives = async () => {
    while (deck.busy) {
      film.dispatchEvent(new Event('seeked'));
      await turns();
    }
  };
  return { deck, film, arrives };
}

it.each([true, false])(
  'every jump counts, however fast they come (pictures numbered: %s)',
  async (numbered) => {
    const { deck, film, arrives } = begins(numbered);
    void deck.seek(2);
    await arrives();
    for (let n = 0; n < 5; n++) {
      void deck.seek(deck.at + 1);
      await turns();
    }
    expect(deck.at).toBeCloseTo(7, 5);
    // One is on its way; of the others only the last will be made.
    await arrives();
    expect(deck.at).toBeCloseTo(7, 5);
    expect(film.sent.length).toBe(3);
    expect(film.sent.at(-1)).toBeCloseTo(7, 1);
  },
);

it('steps go from where a jump leads, and a jump from where steps lead', async () => {
  const { deck, arrives } = begins(true);
  void deck.seek(2);
  void deck.step(3);
  expect(deck.frame).toBe(123);
  void deck.seek(deck.at + 1);
  void deck.step(-1);
  expect(deck.frame).toBe(182);
  await arrives();
  expect(deck.frame).toBe(182);
});

it('the moment is told at once, and stays when it has come', async () => {
  const { deck, arrives } = begins(true);
  void deck.seek(4.005);
  expect(deck.at).toBe(4);
  await turns();
  expect([deck.busy, deck.at]).toEqual([true, 4]);
  await arrives();
  expect([deck.busy, deck.at]).toEqual([false, 4]);
});

it('a loop is set where jumps lead, not where the picture still hangs', async () => {
  const { deck, arrives } = begins(true);
  void deck.seek(3);
  await arrives();
  deck.setA();
  void deck.seek(deck.at + 5);
  await turns();
  void deck.seek(deck.at - 1);
  await turns();
  deck.setB();
  expect(deck.loop).toEqual({ a: 3, b: 421 / RATE });
  await arrives();
  expect(deck.loop).toEqual({ a: 3, b: 421 / RATE });
});

it('says which end of a loop it let go, until the next one is set', () => {
  const { deck } = begins(true);
  const sets = (at: number, end: 'setA' | 'setB') => {
    void deck.seek(at);
    deck[end]();
    return deck.lost;
  };
  expect([sets(3, 'setA'), sets(5, 'setB'), sets(6, 'setA'), sets(8, 'setB')]).toEqual([
    null,
    null,
    'b',
    null,
  ]);
  expect(sets(1, 'setB')).toBe('a');
  deck.noLoop();
  expect(deck.lost).toBeNull();
});

it('is settled once the picture stands that was asked for last', async () => {
  const { deck, film, arrives } = begins(true);
  let stands = 0;
  void deck.seek(2);
  void deck.settled().then(() => (stands = film.currentTime));
  await turns();
  void deck.seek(8);
  await arrives();
  await turns();
  expect(stands).toBeCloseTo(8, 1);
});
