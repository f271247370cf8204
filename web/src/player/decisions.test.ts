/** The small ones: speed, loop, jog, taps, keys, time, notes, and what is refused. */
import { describe, expect, it } from 'vitest';
import { clock } from '../ui/clock.ts';
import { type Engine, refusalAfter, refusalOf } from './able.ts';
import type { Index } from './index-of.ts';
import { jogged } from './jog.ts';
import { actionOf } from './keys.ts';
import { back, lost, NO_LOOP, withA, withB } from './loop.ts';
import { noted, without } from './notes.ts';
import { follows, strayed } from './pair.svelte.ts';
import { pictureRefusal } from './picture.ts';
import { speedOf, stepped } from './speed.ts';
import { stillName } from './still.ts';
import { tapped } from './taps.ts';

describe('speed', () => {
  it('steps through what a trainer reaches for, from anywhere', () => {
    expect([0.1, 0.3, 1, 2].map((speed) => stepped(speed, true))).toEqual([0.25, 0.5, 1.5, 2]);
    expect([0.1, 0.3, 1, 2].map((speed) => stepped(speed, false))).toEqual([0.1, 0.25, 0.5, 1.5]);
  });
  it('stays within what engines play, without dust', () => {
    expect([0, 0.1 + 0.2, 7].map(speedOf)).toEqual([0.1, 0.3, 2]);
  });
});

describe('a loop', () => {
  it('goes back at its end and nowhere else', () => {
    const loop = withB(withA(NO_LOOP, 2), 4);
    expect([1, 2, 3.9, 4, 5].map((at) => back(loop, at, 10))).toEqual([null, null, null, 2, 2]);
  });
  it('with one end only, the film has the other', () => {
    expect(back(withA(NO_LOOP, 2), 9.5, 10)).toBeNull();
    expect(back(withA(NO_LOOP, 2), 10, 10)).toBe(2);
    expect(back(withB(NO_LOOP, 4), 4, 10)).toBe(0);
    expect(back(NO_LOOP, 10, 10)).toBeNull();
  });
  it('that is set the wrong way round is turned about', () => {
    expect(withB({ a: 3, b: null }, 2)).toEqual({ a: 2, b: 3 });
    expect(withA({ a: null, b: 2 }, 3)).toEqual({ a: 2, b: 3 });
  });
  it('that was whole begins anew behind its end or before its beginning, and tells which end is gone', () => {
    const whole = { a: 1, b: 3 };
    expect(withA(whole, 3.5)).toEqual({ a: 3.5, b: null });
    expect(withB(whole, 0.5)).toEqual({ a: null, b: 0.5 });
    expect([lost(whole, withA(whole, 3.5)), lost(whole, withB(whole, 0.5))]).toEqual(['b', 'a']);
    expect(lost(whole, withB(whole, 4))).toBeNull();
  });
  it('is never shorter than a slip of the finger', () => {
    expect(withB({ a: 3, b: null }, 3.02)).toEqual({ a: null, b: 3.02 });
    expect(withA({ a: null, b: 3 }, 2.98)).toEqual({ a: 2.98, b: null });
  });
});

it('a jog counts whole pictures and keeps the rest', () => {
  const first = jogged({ x: 100 }, 80);
  expect(first).toEqual({ pictures: 2, jog: { x: 86 } });
  expect(jogged(first.jog, 79).pictures).toBe(1);
  expect(jogged({ x: 100 }, 121).pictures).toBe(-3);
  expect(jogged({ x: 100 }, 103)).toEqual({ pictures: 0, jog: { x: 100 } });
});

it('a second tap jumps only when it comes soon and near', () => {
  const first = { at: 1000, x: 50 };
  expect(tapped(null, first, 390)).toBe('once');
  expect(tapped(first, { at: 1200, x: 60 }, 390)).toBe('back');
  expect(tapped({ at: 1000, x: 300 }, { at: 1200, x: 310 }, 390)).toBe('ahead');
  expect(tapped(first, { at: 1300, x: 60 }, 390)).toBe('once');
  expect(tapped(first, { at: 1100, x: 300 }, 390)).toBe('once');
});

describe('keys', () => {
  const key = (key: string, more = {}) =>
    actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
  it('do what the list says', () => {
    expect(key('.')).toEqual({ does: 'step', pictures: 1 });
    expect(key('M')).toEqual({ does: 'mirror' });
    expect(key('ArrowLeft', { shiftKey: true })).toEqual({ does: 'seek', seconds: -5 });
    expect(key('z', { ctrlKey: true })).toEqual({ does: 'undo' });
  });
  it('leave to the browser what is its own', () => {
    expect(key('r', { ctrlKey: true })).toBeNull();
    expect(key('ArrowLeft', { altKey: true })).toBeNull();
    expect(key('Tab')).toBeNull();
    expect(key('constructor')).toBeNull();
  });
});

it('the picture that is saved is named after its film and its moment', () => {
  expect(stillName('squat.front.mp4', 67.4)).toBe('squat.front 1-07.40.png');
  expect(stillName('.mp4', 0)).toBe('film 0-00.00.png');
});

it('of two films the second follows at its distance, as long as it has pictures', () => {
  expect([-1, 0, 2, 9].map((distance) => follows(1, distance, 5))).toEqual([0, 1, 3, null]);
  expect(follows(1, -2, 5)).toBeNull();
  expect([1.05, 0.95, 1.2, 0.8].map((at) => strayed(at, 1))).toEqual([false, false, true, true]);
});

describe('notes', () => {
  const note = (id: string, at: number, text = id) => ({ id, at, text, drawing: null });
  it('stand in the order of the film, in whole milliseconds', () => {
    const all = noted(noted(noted([], note('b', 900.4)), note('a', 100)), note('c', 500));
    expect(all.map(({ id, at }) => [id, at])).toEqual([
      ['a', 100],
      ['c', 500],
      ['b', 900],
    ]);
    expect(noted(all, note('b', 50, 'again')).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(without(all, 'c').map(({ id }) => id)).toEqual(['a', 'b']);
  });
  it('without words and drawing there is none', () => {
    expect(noted([note('a', 1)], { ...note('a', 1, '  '), drawing: { shapes: [] } })).toEqual([]);
  });
});

describe('what is refused', () => {
  const index = (given: Partial<Index>): Index => ({
    ...{ boxed: true, picture: true, sound: true, codec: 'avc1.42C00C', hevc: false, frames: null },
    ...given,
  });
  const engine = (says: CanPlayTypeResult, decodes: boolean | null = null): Engine => ({
    canPlay: () => says,
    decodes: async () => decodes,
  });
  const hevc = index({ codec: 'hvc1.1.6.L93.B0', hevc: true });

  it('no film, no picture, and what the engine says it can not', async () => {
    expect(await refusalOf(index({ picture: false, sound: false }), engine('probably'))).toBe('no-film');
    expect(await refusalOf(index({ picture: false }), engine('probably'))).toBe('no-picture');
    expect(await refusalOf(index({}), engine(''))).toBe('codec');
    expect(await refusalOf(hevc, engine(''))).toBe('hevc');
    expect(await refusalOf(hevc, engine('maybe', false))).toBe('hevc');
    expect(await refusalOf(index({ codec: 'apcn' }), engine('probably'))).toBe('codec');
  });
  it('nothing else, before it was tried', async () => {
    expect(await refusalOf(index({}), engine('maybe'))).toBeNull();
    expect(await refusalOf(hevc, engine('probably', false))).toBeNull();
    expect(await refusalOf(hevc, engine('maybe', null))).toBeNull();
    expect(await refusalOf(index({ codec: 'vp09' }), engine(''))).toBeNull();
    expect(await refusalOf(index({ boxed: false, picture: false }), engine(''))).toBeNull();
  });
  it('what failed is called by what is known of it', () => {
    expect(refusalAfter(index({ boxed: false }), 4)).toBe('codec');
    expect(refusalAfter(hevc, 2)).toBe('broke-off');
    expect(refusalAfter(null, 4)).toBe('codec');
    expect(refusalAfter(hevc, 3)).toBe('hevc');
    expect(refusalAfter(index({ picture: false, sound: false }), 4)).toBe('no-film');
  });
  it('pictures that say nothing, or too much', () => {
    expect(pictureRefusal(4000, 3000)).toBeNull();
    expect(pictureRefusal(20_000, 10)).toBe('too-large');
    expect(pictureRefusal(12_000, 12_000)).toBe('too-large');
    expect(pictureRefusal(null, 10)).toBe('not-shown');
  });
});

it('a picture, the note that is taken of it and the still that is saved tell the same moment', () => {
  for (const rate of [23.976, 25, 29.97, 30, 50, 59.94, 60, 240]) {
    for (let n = 0; n < rate * 20; n++) {
      const told = clock(n / rate);
      expect(clock(Math.round((n / rate) * 1000) / 1000)).toBe(told);
      expect(stillName('a.mp4', n / rate)).toBe(`a ${told.replace(':', '-')}.png`);
    }
  }
});
