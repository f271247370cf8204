/** The name of a film's codec as browsers are asked about it (RFC 6381), from its sample description. */
import { boxesIn } from './boxes.ts';
import { latin1, u32, u8 } from './source.ts';

const HEVC = ['hvc1', 'hev1', 'dvh1', 'dvhe'];
export const isHevc = (codec: string): boolean => HEVC.includes(codec.slice(0, 4));

const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');

/** The fields of a picture's entry, before the boxes in it. */
const ENTRY_BYTES = 86;

/** `entry` begins with its size. Those that every browser plays, or most do not, are named in full. */
export function codecOf(entry: Uint8Array): string {
  const type = latin1(entry, 4, 8);
  for (const { type: box, body } of boxesIn(entry, ENTRY_BYTES)) {
    const config = entry.subarray(body);
    if (box === 'avcC') return `${type}.${hex(u8(config, 1))}${hex(u8(config, 2))}${hex(u8(config, 3))}`;
    if (box === 'hvcC') return hevc(type, config);
  }
  return type.trim();
}

/** Profile, the compatibility flags read backwards, tier and level, then constraints without their zeros. */
function hevc(type: string, config: Uint8Array): string {
  const profile = u8(config, 1);
  let flags = 0;
  for (let bit = 0; bit < 32; bit++) if (u32(config, 2) & (1 << bit)) flags += 2 ** (31 - bit);
  const constraints = [...config.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  const space = ['', 'A', 'B', 'C'][profile >> 6] ?? '';
  const tier = profile & 0x20 ? 'H' : 'L';
  return [
    type,
    `${space}${profile & 0x1f}`,
    flags.toString(16).toUpperCase(),
    `${tier}${u8(config, 12)}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}
