import { afterEach, describe, expect, test, vi } from 'vitest';
import { release } from './release.ts';

type Emptied = ArrayBuffer & { transfer?(size: number): ArrayBuffer };
const prototype = ArrayBuffer.prototype as Emptied;
const own = Object.getOwnPropertyDescriptor(prototype, 'transfer');

const arrays = () => [new Uint8Array(70_000).fill(1), new Uint8Array(3)];

/** As an engine has it that has it, or not. */
function transfers(how: ((this: ArrayBuffer, size: number) => ArrayBuffer) | undefined): void {
  Object.defineProperty(prototype, 'transfer', { value: how, configurable: true });
}

describe('memory that is given back', () => {
  afterEach(() => {
    if (own === undefined) Reflect.deleteProperty(prototype, 'transfer');
    else Object.defineProperty(prototype, 'transfer', own);
  });

  test('is let go on the spot where an engine can', () => {
    const sizes: number[] = [];
    transfers(function (size) {
      sizes.push(size);
      structuredClone(this, { transfer: [this] });
      return new ArrayBuffer(size);
    });
    const posted = vi.spyOn(MessagePort.prototype, 'postMessage');
    const given = arrays();
    release(given);
    expect(given.map(({ length }) => length)).toEqual([0, 0]);
    expect(sizes).toEqual([0, 0]);
    expect(posted).not.toHaveBeenCalled();
    posted.mockRestore();
  });

  test('is moved away where it can not', () => {
    transfers(undefined);
    const given = arrays();
    release(given);
    expect(given.map(({ length }) => length)).toEqual([0, 0]);
  });
});
