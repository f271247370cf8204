/** The name of a film's codec as browsers are asked about it (RFC 6381), from its sample description. */
import { boxesIn } from './boxes.ts';
import { latin1, u16, u32, u8 } from './source.ts';

const HEVC = ['hvc1', 'hev1', 'dvh1', 'dvhe'];
export const isHevc = (codec: string): boolean => HEVC.includes(codec.slice(0, 4));

const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');
const two = (value: number) => String(value).padStart(2, '0');

/** The fields of a picture's entry, before the boxes in it. */
const ENTRY_BYTES = 86;

/** `entry` begins with its size. */
export function codecOf(entry: Uint8Array): string {
  const type = latin1(entry, 4, 8);
  for (const { type: box, body } of boxesIn(entry, ENTRY_BYTES)) {
    const config = entry.subarray(body);
    if (box === 'avcC') return avc(type, config);
    if (box === 'hvcC') return hevc(type, config);
    if (box === 'dvcC' && type.startsWith('dv')) return dolby(type, config);
    if (box === 'vpcC')
      return `${type}.${two(u8(config, 4))}.${two(u8(config, 5))}.${two(u8(config, 6) >> 4)}`;
    if (box === 'av1C') return av1(config);
    if (box === 'esds') return `${type}.20`;
  }
  return type.trim();
}

export function avc(type: string, config: Uint8Array): string {
  return `${type}.${hex(u8(config, 1))}${hex(u8(config, 2))}${hex(u8(config, 3))}`;
}

/** Profile, the compatibility flags read backwards, tier and level, then constraints without their zeros. */
export function hevc(type: string, config: Uint8Array): string {
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

const dolby = (type: string, config: Uint8Array) =>
  `${type}.${two(u8(config, 2) >> 1)}.${two((u16(config, 2) >> 3) & 0x3f)}`;

export function av1(config: Uint8Array): string {
  const [, first = 0, flags = 0] = config;
  const depth = flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8;
  return `av01.${first >> 5}.${two(first & 0x1f)}${flags & 0x80 ? 'H' : 'M'}.${two(depth)}`;
}
