/**
 * Gives memory back at once. A collector may let hundreds of MiB of buffers gather before it looks, and
 * `transfer(0)` leaves behind what WebCrypto holds of them; what was moved to where nobody listens
 * is freed by every engine.
 */
import type { Bytes } from './bytes.ts';

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();

/** The arrays are empty afterwards. Each must have its memory to itself. */
export function release(arrays: readonly Bytes[]): void {
  nowhere.postMessage(
    null,
    arrays.map(({ buffer }) => buffer),
  );
}
