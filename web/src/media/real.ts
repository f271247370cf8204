/**
 * Real files for the tests, made by ffmpeg, exiftool and heif-enc, all at one place on earth, and what is
 * left of that place in bytes. Kept in the folder for temporary files, made once.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Patch } from './patch.ts';

const FOLDER = join(tmpdir(), 'dewdrop-media');
/** Berlin, Alexanderplatz, roughly. */
const PLACE = '+52.5200+013.4050+034.000/';
const LATITUDE = 52.52;
const LONGITUDE = 13.405;

export function run(program: string, ...words: string[]): string {
  return execFileSync(program, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
}

/** Makes a file once; `how` writes to the path it is given. */
function made(name: string, how: (path: string) => void): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  const beginning = join(FOLDER, `beginning-${process.pid}${extname(name)}`);
  how(beginning);
  renameSync(beginning, path);
  return path;
}

export const ffmpeg = (name: string, ...words: string[]) =>
  made(name, (path) => run('ffmpeg', '-loglevel', 'error', '-y', ...words, path));
const exiftool = (name: string, from: string, ...words: string[]) =>
  made(name, (path) => {
    copyFileSync(from, path);
    run('exiftool', '-q', '-overwrite_original', ...words, path);
  });

/** One second, without a place. */
export const plain = () =>
  ffmpeg(
    'plain.mp4',
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'sine', '-t', '1'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  );
export const still = () => ffmpeg('plain.jpg', '-i', plain(), '-frames:v', '1');

const copied = (name: string, ...words: string[]) => ffmpeg(name, '-i', plain(), '-c', 'copy', ...words);
const located = ['-metadata', `location=${PLACE}`, '-metadata', `location-eng=${PLACE}`];
const apple = ['-metadata', `com.apple.quicktime.location.ISO6709=${PLACE}`];
const drone = () =>
  made('drone.srt', (path) =>
    writeFileSync(path, `1\n00:00:00,000 --> 00:00:01,000\nGPS (13.4050, 52.5200, 18) D 5.0m\n`),
  );

function subtitled(): string {
  return ffmpeg('drone.mp4', '-i', plain(), '-i', drone(), '-c', 'copy', '-c:s', 'mov_text');
}

/** Films by the way they say where they were made. */
export const FILMS: Readonly<Record<string, () => string>> = {
  'MP4, 3GPP’s box, index last': () => copied('loci.mp4', ...located),
  'MP4, index first': () => copied('first.mp4', ...located, '-movflags', 'faststart'),
  'MOV, ©xyz': () => copied('xyz.mov', ...located),
  'MOV, Apple’s keys, index last': () =>
    copied('keys.mov', ...apple, ...located, '-movflags', 'use_metadata_tags'),
  'MOV, Apple’s keys, index first': () =>
    copied('keys-first.mov', ...apple, '-movflags', 'use_metadata_tags+faststart'),
  'MP4, keys as Android writes them': () => copied('keys.mp4', ...located, '-movflags', 'use_metadata_tags'),
  '3GP': () => copied('loci.3gp', ...located, '-an'),
  'MP4 in fragments': () =>
    copied('fragments.mp4', ...located, '-movflags', 'frag_keyframe+empty_moov+default_base_moof'),
  'MP4 with XMP': () =>
    exiftool('xmp.mp4', plain(), `-XMP:GPSLatitude=${LATITUDE}`, `-XMP:GPSLongitude=${LONGITUDE}`),
  'MOV as exiftool writes it': () =>
    exiftool('written.mov', copied('bare.mov'), `-Keys:GPSCoordinates=${LATITUDE}, ${LONGITUDE}, 34`),
  'MP4, iTunes’ list': () =>
    exiftool('list.mp4', plain(), `-ItemList:GPSCoordinates=${LATITUDE}, ${LONGITUDE}, 34`),
  'MP4 with a drone’s subtitles': subtitled,
  'MP4 with a track of telemetry': () =>
    made('telemetry.mp4', (path) => {
      // What ffmpeg can not write: the same samples, described as a GoPro's.
      const bytes = readFileSync(subtitled());
      for (let at = bytes.indexOf('tx3g'); at >= 0; at = bytes.indexOf('tx3g', at)) bytes.write('gpmd', at);
      writeFileSync(path, bytes);
    }),
};

const gps = [
  ...[`-GPSLatitude=${LATITUDE}`, '-GPSLatitudeRef=N', `-GPSLongitude=${LONGITUDE}`, '-GPSLongitudeRef=E'],
  ...['-GPSAltitude=34', '-GPSAltitudeRef=0', '-GPSImgDirection=120', '-GPSDateStamp=2026:11:22'],
];
const xmp = [`-XMP:GPSLatitude=${LATITUDE}`, `-XMP:GPSLongitude=${LONGITUDE}`, '-XMP:City=Berlin'];
const kept = ['-Make=Dew', '-XMP:Title=Squat'];
const turned = ['-Orientation#=6'];
const little = () => exiftool('little.jpg', still(), '-exifbyteorder=II', ...gps, ...xmp, ...kept, ...turned);

/** Pictures by the way they say where they were made; all but their place stays in them. */
export const PICTURES: Readonly<Record<string, () => string>> = {
  'JPEG, little end first': little,
  'JPEG, big end first, IPTC': () =>
    exiftool(
      'big.jpg',
      still(),
      '-exifbyteorder=MM',
      ...gps,
      ...kept,
      '-IPTC:City=Berlin',
      '-IPTC:Headline=Squat',
    ),
  'JPEG with a small picture inside': () => exiftool('thumb.jpg', little(), `-ThumbnailImage<=${little()}`),
  'JPEG with XMP longer than a segment': () =>
    exiftool(
      'long.jpg',
      little(),
      `-XMP:UserComment<=${made('long.txt', (path) => writeFileSync(path, 'word '.repeat(30_000)))}`,
      '-XMP:LocationShownCity=Berlin',
    ),
  'JPEG with a film behind it': () =>
    made('motion.jpg', (path) => {
      const film = readFileSync(FILMS['MOV, ©xyz']?.() ?? '');
      const tagged = exiftool(
        'tagged.jpg',
        little(),
        '-XMP-GCamera:MicroVideo=1',
        `-XMP-GCamera:MicroVideoOffset=${film.length}`,
      );
      writeFileSync(path, Buffer.concat([readFileSync(tagged), film]));
    }),
  PNG: () => exiftool('place.png', ffmpeg('plain.png', '-i', still()), ...gps, ...xmp, ...kept),
  WebP: () => exiftool('place.webp', ffmpeg('plain.webp', '-i', still()), ...gps, ...xmp, ...kept),
  HEIC: () => made('place.heic', (path) => run('heif-enc', '-q', '40', little(), '-o', path)),
  AVIF: () => made('place.avif', (path) => run('heif-enc', '-A', '-q', '40', little(), '-o', path)),
};

export const blobOf = (path: string): Blob => new Blob([readFileSync(path)]);

/** The file with the patches over it, as it is sent; beside the old one. */
export function patched(path: string, patches: readonly Patch[]): string {
  const bytes = readFileSync(path);
  for (const patch of patches) bytes.set(patch.bytes, patch.at);
  const out = path.replace(/(\.\w+)$/, `-blanked-${process.pid}$1`);
  writeFileSync(out, bytes);
  return out;
}

/** What of the place is left in bytes: as text, as rationals in both byte orders, as fixed point. */
export function remains(bytes: Buffer): string[] {
  const texts = ['52.52', '13.405', '013.4050', '52,31', '13,24', 'Berlin'];
  const found = texts.filter((text) => bytes.includes(text));
  const whole = (value: number) => {
    const degrees = Math.floor(value);
    return [degrees, 1, Math.floor((value - degrees) * 60), 1];
  };
  for (const value of [LATITUDE, LONGITUDE]) {
    const [big, small, fixed] = [Buffer.alloc(16), Buffer.alloc(16), Buffer.alloc(4)];
    whole(value).forEach((part, i) => {
      big.writeUInt32BE(part, i * 4);
      small.writeUInt32LE(part, i * 4);
    });
    fixed.writeInt32BE(Math.floor(value * 65_536));
    if (bytes.includes(big)) found.push(`${value} in big rationals`);
    if (bytes.includes(small)) found.push(`${value} in small rationals`);
    if (bytes.includes(fixed)) found.push(`${value} in fixed point`);
  }
  return found;
}
