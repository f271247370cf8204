import { describe, expect, it } from 'vitest';
import { sniff } from './sniff.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );
const box = (brand: string): Uint8Array =>
  bytes([0, 0, 0, 0x20], `ftyp${brand}`, new Array<number>(20).fill(0));

describe('what may be shown is decided by the first bytes', () => {
  it.each([
    ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe1]), 'image/jpeg'],
    ['a PNG', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a]), 'image/png'],
    ['a GIF', bytes('GIF89a'), 'image/gif'],
    ['a WebP', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 '), 'image/webp'],
    ['an iPhone photo', box('heic'), 'image/heic'],
    ['an AVIF', box('avif'), 'image/avif'],
    ['an iPhone film', box('qt  '), 'video/mp4'],
    ['an MP4', box('isom'), 'video/mp4'],
    ['an old QuickTime', bytes([0, 0, 0, 8], 'wide', [0, 0, 0, 0], 'mdat'), 'video/mp4'],
    ['a WebM', bytes([0x1a, 0x45, 0xdf, 0xa3], 'xxxxwebm'), 'video/webm'],
    ['a voice memo', box('M4A '), 'audio/mp4'],
    ['an MP3', bytes([0xff, 0xfb, 0x90, 0x64]), 'audio/mpeg'],
    ['an MP3 with tags', bytes('ID3', [4, 0]), 'audio/mpeg'],
    ['an AAC', bytes([0xff, 0xf1, 0x50, 0x80]), 'audio/aac'],
    ['a WAV', bytes('RIFF', [0, 0, 0, 0], 'WAVEfmt '), 'audio/wav'],
    ['an Ogg', bytes('OggS', new Array<number>(24).fill(0), '\u007fOpusHead'), 'audio/ogg'],
  ])('%s', (_what, head, mime) => {
    expect(sniff(head)).toMatchObject({ mime });
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>'],
    ['SVG with a prolog', '<?xml version="1.0"?><svg>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['a PDF', '%PDF-1.7'],
    ['a program', 'MZ\u0090\u0000'],
    ['an archive', 'PK\u0003\u0004'],
    ['plain words', 'hello'],
    ['RIFF of another kind', 'RIFFxxxxAVI LIST'],
    ['UTF-16 text', '\u00ff\u00fe<\u0000h\u0000t\u0000'],
    ['nothing', ''],
  ])('%s is only saved', (_what, head) => {
    expect(sniff(bytes(head))).toEqual({ as: 'nothing' });
  });
});
