/**
 * Gives memory back at once. A collector may let hundreds of MiB of buffers gather before it looks. In Chromium
 * `transfer(0)` leaves behind what WebCrypto holds of them: they are moved to where nobody listens. That is slow
 * to free them elsewhere: a saving in WebKitGTK held twice as much.
 */
import type { Bytes } from './bytes.ts';

const { port1: nowhere, port2 } = new MessageChannel();
port2.close();
/** So that it comes by after each of some MiB; it looks whenever a buffer is made, so these are many. */
const RECKONED = 64;

/** Only for what is known of its engine; nothing breaks when this is wrong. */
export const IS_CHROMIUM = 'userAgentData' in (globalThis.navigator ?? {});

/** The arrays are empty afterwards. Each must have its memory to itself. */
export function release(arrays: readonly Bytes[]): void {
  const buffers: readonly Emptied[] = arrays.map(({ buffer }) => buffer);
  const empties = !IS_CHROMIUM && buffers.every((buffer) => buffer.transfer !== undefined);
  if (empties) for (const buffer of buffers) buffer.transfer?.(0);
  else nowhere.postMessage(null, [...buffers]);
}

/** Younger than some phones. */
type Emptied = ArrayBuffer & { transfer?(size: number): ArrayBuffer };

/**
 * Tells Chromium's collector of bytes that it does not see: the body of a request stays in memory until it
 * comes by. It counts buffers; these are never touched, so that they take no memory. Others let a body go
 * with its request.
 */
export function reckon(size: number): void {
  if (!IS_CHROMIUM) return;
  try {
    // By another name: what minifiers know to have no effect they leave out.
    for (let i = 0; i < RECKONED; i++) Reflect.construct(ArrayBuffer, [size]);
  } catch {
    // Where so much can not even be promised.
  }
}
