import { describe, expect, test } from 'vitest';
import { openWith } from '../sealed/age.ts';
import { type Bytes, concat, equal } from '../sealed/bytes.ts';
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { pattern } from '../sealed/vectors/sample.ts';
import { type FromSealer, type SealerScope, type ToSealer, runSealer } from './sealer-worker.ts';
import { PIECE } from './sealer.ts';
import { type SealerPort, type SealingOf, Sealers, inOrder } from './sealers.ts';
import type { PickedFile } from './sending.ts';

const identity = newIdentity();
const recipient = recipientOf(identity);

const picked = (bytes: Bytes, patches: PickedFile['patches'] = []): PickedFile => ({
  file: new File([bytes], 'squat.mp4', { lastModified: 1_700_000_000_000 }),
  question: null,
  patches,
});

/** Lines to sealers in this thread: what is posted is cloned, as it is on its way to a worker. */
class Lines {
  readonly sent: ToSealer[][] = [];
  readonly arrived: ToSealer[] = [];
  readonly ports: SealerPort[] = [];
  most = 0;

  readonly start = (): SealerPort => {
    const sent: ToSealer[] = [];
    let open = 0;
    let gone = false;
    this.sent.push(sent);
    const scope: SealerScope = {
      onmessage: null,
      postMessage: (message: FromSealer, transfer: Transferable[] = []) => {
        const data = structuredClone(message, { transfer });
        if (data.kind !== 'ready') open -= 1;
        setTimeout(() => gone || port.onmessage?.({ data } as MessageEvent<FromSealer>), 0);
      },
    };
    const port: SealerPort = {
      onmessage: null,
      onerror: null,
      postMessage: (message: ToSealer) => {
        sent.push(message);
        if (message.kind === 'piece') this.most = Math.max(this.most, (open += 1));
        const data = message.kind === 'begin' ? { ...message, key: message.key.slice() } : message;
        this.arrived.push(data);
        setTimeout(() => scope.onmessage?.({ data } as MessageEvent<unknown>), 0);
      },
      terminate: () => {
        gone = true;
      },
    };
    runSealer(scope);
    this.ports.push(port);
    return port;
  };
}

async function whole(sealing: SealingOf): Promise<Bytes> {
  const parts: Bytes[] = [sealing.head];
  for await (const piece of inOrder(sealing, 3)) parts.push(piece);
  return concat(...parts);
}

describe('two sealing workers', () => {
  test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 4 * PIECE + 70_000])(
    'make an age file of %i bytes that its recipient opens',
    async (size) => {
      const sealing = await new Sealers(new Lines().start).begin(picked(pattern(size)), 0, recipient);
      const file = await whole(sealing);
      expect(file.length).toBe(sealing.size);
      expect(equal(await openWith(identity, file), pattern(size))).toBe(true);
    },
  );

  test('put patches over what they read', async () => {
    const size = PIECE + 100;
    const over = { at: PIECE - 2, bytes: new Uint8Array([255, 255, 255, 255]) };
    const sealing = await new Sealers(new Lines().start).begin(picked(pattern(size), [over]), 0, recipient);
    const wanted = pattern(size);
    wanted.set(over.bytes, over.at);
    expect(equal(await openWith(identity, await whole(sealing)), wanted)).toBe(true);
  });

  test('share the pieces, and neither is given more than two at a time', async () => {
    const lines = new Lines();
    const sealing = await new Sealers(lines.start).begin(picked(pattern(8 * PIECE)), 0, recipient);
    await Promise.all(Array.from({ length: 8 }, (_, n) => sealing.piece(n)));
    const asked = lines.sent.map((sent) => sent.filter(({ kind }) => kind === 'piece').length);
    expect(Math.min(...asked)).toBeGreaterThan(1);
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(lines.most).toBe(2);
  });

  test('seal no piece twice, and none that there is not', async () => {
    const sealing = await new Sealers(new Lines().start).begin(picked(pattern(5)), 0, recipient);
    await sealing.piece(0);
    await expect(sealing.piece(0)).rejects.toThrow('once');
    await expect(sealing.piece(1)).rejects.toThrow('refused');
  });

  test('get the file key; the owner keeps no copy, nor do they once they derived theirs', async () => {
    const lines = new Lines();
    const sealing = await new Sealers(lines.start).begin(picked(pattern(5)), 0, recipient);
    await sealing.piece(0);
    const keys = [...lines.sent.flat(), ...lines.arrived].flatMap((message) =>
      message.kind === 'begin' ? [message.key] : [],
    );
    expect(keys.length).toBe(4);
    for (const key of keys) expect(equal(key, new Uint8Array(16))).toBe(true);
  });

  test('seal nothing after the end', async () => {
    const sealing = await new Sealers(new Lines().start).begin(picked(pattern(5)), 0, recipient);
    sealing.end();
    await expect(sealing.piece(0)).rejects.toThrow();
  });

  test('say which file can not be read, and why', async () => {
    const gone = picked(pattern(5));
    const file = Object.assign(gone.file, {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
    });
    const sealing = await new Sealers(new Lines().start).begin({ ...gone, file }, 3, recipient);
    await expect(sealing.piece(0)).rejects.toMatchObject({ reason: 'file-unreadable', file: 3 });
  });

  test('are one, where that one needs no other beside it', async () => {
    const lines = new Lines();
    const start = () => {
      const port = lines.start();
      const alone: SealerPort = {
        ...port,
        set onmessage(heard: SealerPort['onmessage']) {
          port.onmessage = ({ data }) => {
            const said = data.kind === 'ready' ? { ...data, alone: true } : data;
            heard?.({ data: said } as MessageEvent<FromSealer>);
          };
        },
        get onmessage() {
          return port.onmessage;
        },
      };
      return alone;
    };
    const size = 3 * PIECE + 1;
    const sealing = await new Sealers(start).begin(picked(pattern(size)), 0, recipient);
    expect(equal(await openWith(identity, await whole(sealing)), pattern(size))).toBe(true);
    expect(lines.sent.length).toBe(1);
  });

  test('seal into memory that is given back, and never into what is still read', async () => {
    const size = 6 * PIECE + 5;
    const sealing = await new Sealers(new Lines().start).begin(picked(pattern(size)), 0, recipient);
    const parts: Bytes[] = [sealing.head];
    for await (const piece of inOrder(sealing, 3)) {
      parts.push(piece.slice());
      sealing.spent(piece);
    }
    expect(equal(await openWith(identity, concat(...parts)), pattern(size))).toBe(true);
  });

  test('are not needed: where none can be started, sealing is done here', async () => {
    const refused = () => {
      throw new TypeError('no worker in a worker');
    };
    const silent = (): SealerPort => {
      const port: SealerPort = { ...new Lines().start(), onmessage: null };
      setTimeout(() => port.onerror?.({ preventDefault: () => undefined } as ErrorEvent), 0);
      return port;
    };
    for (const start of [refused, silent]) {
      const sealers = new Sealers(start);
      expect(await sealers.apart).toBe(false);
      const sealing = await sealers.begin(picked(pattern(PIECE + 5)), 0, recipient);
      const opened = await openWith(identity, await whole(sealing));
      expect(equal(opened, pattern(PIECE + 5))).toBe(true);
      await expect(sealing.piece(0)).rejects.toThrow('once');
    }
  });

  test('that die leave nothing to be sealed again under their key; the next file is sealed here', async () => {
    const lines = new Lines();
    const sealers = new Sealers(lines.start);
    const sealing = await sealers.begin(picked(pattern(3 * PIECE)), 1, recipient);
    const pieces = [sealing.piece(0), sealing.piece(1)];
    lines.ports[0]?.onerror?.({ message: 'memory', preventDefault: () => undefined } as ErrorEvent);
    for (const piece of [...pieces, sealing.piece(2)])
      await expect(piece).rejects.toMatchObject({ reason: 'no-worker', file: 1 });
    const next = await sealers.begin(picked(pattern(9)), 2, recipient);
    expect(equal(await openWith(identity, await whole(next)), pattern(9))).toBe(true);
  });
});
