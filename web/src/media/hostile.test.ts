/** Files that are odd, cut off, damaged or made to harm: looking at them ends, reads little and never throws. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { FILMS, PICTURES, plain } from './real.ts';

const RUNS = 60 * Number(process.env['DEWDROP_TORTURE'] ?? 1);
const files = [plain, ...Object.values(FILMS), ...Object.values(PICTURES)].map((make) =>
  readFileSync(make()),
);

/** Counts what is read of it. */
class Counted extends Blob {
  read = 0;
  override slice(from: number, to: number): Blob {
    this.read += Math.max(0, Math.min(to, this.size) - from);
    return super.slice(from, to);
  }
}

async function endsWell(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const file = new Counted([bytes]);
  const { kind, seconds, location } = await inspect(file);
  expect(['video', 'picture', 'other']).toContain(kind);
  expect(seconds === null || (Number.isFinite(seconds) && seconds > 0)).toBe(true);
  let end = 0;
  for (const patch of location?.patches ?? []) {
    expect(patch.at).toBeGreaterThanOrEqual(end);
    end = patch.at + patch.bytes.length;
  }
  expect(end).toBeLessThanOrEqual(bytes.length);
  expect(file.read).toBeLessThan(40 * 1024 * 1024);
}

const changes = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })),
  {
    maxLength: 40,
  },
);

it('real files with bytes changed anywhere, and cut off anywhere', async () => {
  const cut = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), changes, cut, async (file, changed, cut) => {
      const bytes = Uint8Array.from(file.subarray(0, Math.floor(file.length * (cut ?? 1))));
      for (const [at, byte] of changed) bytes[Math.floor(at * bytes.length)] = byte;
      await endsWell(bytes);
    }),
    { numRuns: RUNS },
  );
});

it('real files with lengths changed where their boxes and directories are', async () => {
  const length = fc.constantFrom(0, 1, 2, 7, 8, 16, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(3000),
      fc.boolean(),
      length,
      async (file, at, last, value) => {
        const bytes = Uint8Array.from(file);
        const place = Math.max(0, last ? bytes.length - 4 - at : Math.min(at, bytes.length - 4));
        new DataView(bytes.buffer).setUint32(place, value);
        await endsWell(bytes);
      },
    ),
    { numRuns: RUNS },
  );
});

it('a mark of each sort of file with noise behind it', async () => {
  const marks = [
    '\xff\xd8\xff\xe1',
    '\x89PNG\r\n\x1a\n',
    'RIFF1234WEBP',
    '\0\0\0\x10ftyp',
    '\x1aE\xdf\xa3',
    'II*\0',
    'MM\0*',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 4000 }), async (mark, noise) => {
      await endsWell(Uint8Array.from([...Buffer.from(mark, 'latin1'), ...noise]));
    }),
    { numRuns: RUNS },
  );
});

it.each([
  ['nothing but empty boxes', () => Buffer.from('\0\0\0\x08free'.repeat(200_000), 'latin1')],
  [
    'boxes in boxes',
    () => Buffer.concat(Array.from({ length: 5000 }, (_, i) => box((5000 - i) * 8, 'meta'))),
  ],
  ['XMP that opens and never closes', () => inXmp('<a:gps'.repeat(8000))],
  ['XMP full of what almost is a place', () => inXmp(' a:gpsgpsgps'.repeat(4000))],
  ['nothing', () => Buffer.alloc(0)],
])('%s is looked at in a moment', async (_, make) => {
  const begun = performance.now();
  await endsWell(Uint8Array.from(make()));
  // Seconds on a busy machine; a search that never ends takes hours.
  expect(performance.now() - begun).toBeLessThan(30_000);
});

function box(size: number, type: string): Buffer {
  const bytes = Buffer.from(`1234${type}`);
  bytes.writeUInt32BE(size);
  return bytes;
}

function inXmp(text: string): Buffer {
  const body = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${text}`);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(Math.min(0xffff, body.length + 2), 4);
  return Buffer.concat([head, body]);
}

it('a file that can not be read is other', async () => {
  class Gone extends Blob {
    override slice(): Blob {
      return Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('gone')) });
    }
  }
  expect(await inspect(new Gone(['\0\0\0\x10ftypisom']))).toMatchObject({ kind: 'other', location: null });
});
