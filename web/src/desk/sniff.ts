// What may be shown inside the desk is decided by the first bytes, never by the name or the type the
// sender gave: raster images, audio and video. Everything else, SVG and HTML above all, is only saved.

export type Shown = { as: 'image' | 'video' | 'audio'; mime: string } | { as: 'nothing' };

export const SNIFF_BYTES = 64;
const NOTHING: Shown = { as: 'nothing' };

const STILL_BRANDS: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  mif1: 'image/heic',
};
const SOUND_BRANDS = ['M4A ', 'M4B ', 'M4P '];

export function sniff(head: Uint8Array): Shown {
  const has = (at: number, ...bytes: number[]): boolean =>
    head.length >= at + bytes.length && bytes.every((byte, i) => head[at + i] === byte);
  const text = (at: number, length: number): string => String.fromCharCode(...head.subarray(at, at + length));

  if (has(0, 0xff, 0xd8, 0xff)) return { as: 'image', mime: 'image/jpeg' };
  if (has(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { as: 'image', mime: 'image/png' };
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return { as: 'image', mime: 'image/gif' };
  if (text(0, 4) === 'RIFF') {
    if (text(8, 4) === 'WEBP') return { as: 'image', mime: 'image/webp' };
    if (text(8, 4) === 'WAVE') return { as: 'audio', mime: 'audio/wav' };
    return NOTHING;
  }
  if (text(4, 4) === 'ftyp') return boxed(text(8, 4));
  // QuickTime from before `ftyp`: the first box is one of these.
  if (['moov', 'mdat', 'wide'].includes(text(4, 4))) return { as: 'video', mime: 'video/mp4' };
  if (has(0, 0x1a, 0x45, 0xdf, 0xa3)) {
    const kind = text(0, SNIFF_BYTES).includes('webm') ? 'video/webm' : 'video/x-matroska';
    return { as: 'video', mime: kind };
  }
  if (text(0, 4) === 'OggS') {
    const kind = text(28, 8);
    return kind.includes('theora') ? { as: 'video', mime: 'video/ogg' } : { as: 'audio', mime: 'audio/ogg' };
  }
  if (text(0, 4) === 'fLaC') return { as: 'audio', mime: 'audio/flac' };
  if (text(0, 3) === 'ID3') return { as: 'audio', mime: 'audio/mpeg' };
  return mpegFrame(head);
}

function boxed(brand: string): Shown {
  const still = STILL_BRANDS[brand];
  if (still !== undefined) return { as: 'image', mime: still };
  if (SOUND_BRANDS.includes(brand)) return { as: 'audio', mime: 'audio/mp4' };
  // `qt  ` too: browsers play most films of iPhones, but only when they are not called QuickTime.
  return { as: 'video', mime: 'video/mp4' };
}

/** MP3 and AAC without a container begin with eleven or twelve set bits. */
function mpegFrame(head: Uint8Array): Shown {
  const [first = 0, second = 0] = head;
  if (head.length < 4 || first !== 0xff) return NOTHING;
  if ((second & 0xf6) === 0xf0) return { as: 'audio', mime: 'audio/aac' };
  const layer = (second >> 1) & 3;
  const version = (second >> 3) & 3;
  if ((second & 0xe0) === 0xe0 && layer === 1 && version !== 1) return { as: 'audio', mime: 'audio/mpeg' };
  return NOTHING;
}
