/**
 * Gives memory back at once. A collector may let hundreds of MiB of buffers gather before it looks, and
 * `transfer(0)` leaves behind what WebCrypto and Blob hold of them; what was moved to where nobody listens
 * is freed by every engine.
 */
import type { Bytes } from './bytes.ts';

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();
/** So that it comes by after tens of MiB; with 1 it lets twice as much gather. */
const RECKONED = 4;

/** The arrays are empty afterwards. Each must have its memory to itself. */
export function release(arrays: readonly Bytes[]): void {
  nowhere.postMessage(
    null,
    arrays.map(({ buffer }) => buffer),
  );
}

/**
 * Tells the collector of bytes that it does not see: a Blob's lie elsewhere, in Chromium even in another
 * process, and stay there until the collector comes by. It counts buffers; this one is never touched, so
 * that it takes no memory.
 */
export function reckon(size: number): void {
  // By another name: what minifiers know to have no effect they leave out.
  Reflect.construct(ArrayBuffer, [RECKONED * size]);
}
