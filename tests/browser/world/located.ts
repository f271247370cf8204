/** A film and a picture that say where they were made, as phones write it; and what is left of that in bytes. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { shortFilm } from './film.ts';

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });

/** In the words of the bytes: text as Apple writes it, and 3GPP's fixed point; Exif's rationals. */
const PLACE = '+52.5200+013.4050+034.000/';
const TRACES = [
  Buffer.from('52.52'),
  Buffer.from('013.4050'),
  Buffer.from('0034851e', 'hex'),
  Buffer.from('000d67ae', 'hex'),
  Buffer.from([0, 0, 0, 52, 0, 0, 0, 1, 0, 0, 0, 31]),
  Buffer.from([52, 0, 0, 0, 1, 0, 0, 0, 31, 0, 0, 0]),
];

export const saysWhere = (bytes: Buffer): boolean => TRACES.some((trace) => bytes.includes(trace));

/** Two seconds, as an iPhone names its place. */
export function locatedFilm(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'IMG_4711.MOV');
  const place = [`location=${PLACE}`, `com.apple.quicktime.location.ISO6709=${PLACE}`];
  const words = place.flatMap((one) => ['-metadata', one]);
  const how = ['-c', 'copy', ...words, '-movflags', 'use_metadata_tags', '-f', 'mov'];
  run('ffmpeg', '-loglevel', 'error', '-y', '-i', shortFilm(), ...how, path);
  return path;
}

/** 640 by 360, its colours far from the one that covers; held upright, so turned when it is shown. */
export function locatedPicture(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'IMG_4712.jpg');
  const grey = 'color=c=0xd0a060:size=640x360,format=yuvj444p';
  run('ffmpeg', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', grey, '-frames:v', '1', '-q:v', '2', path);
  const place = ['-GPSLatitude=52.52', '-GPSLatitudeRef=N', '-GPSLongitude=13.405', '-GPSLongitudeRef=E'];
  run('exiftool', '-q', '-overwrite_original', ...place, '-Orientation#=6', path);
  return path;
}

/** What a player shows of it: a hash of each picture. */
export const frames = (path: string): string =>
  run('ffmpeg', '-v', 'error', '-i', path, '-map', '0:v', '-f', 'framemd5', '-').toString();

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue, as the file has them, not turned. */
  at(x: number, y: number): readonly number[];
}

export function pixelsOf(path: string, folder: string): Pixels {
  const copy = join(folder, 'pixels.jpg');
  copyFileSync(path, copy);
  const ask = ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', copy];
  const [width = 0, height = 0] = run('ffprobe', ...ask)
    .toString()
    .trim()
    .split(',')
    .map(Number);
  const raw = run('ffmpeg', '-v', 'error', '-i', copy, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-');
  const at = (x: number, y: number) => [...raw.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  return { width, height, at };
}

/** Every tag that says where, by exiftool. */
export const tagsOfPlace = (path: string): string =>
  run('exiftool', '-ee', '-a', '-G1', '-s', '-GPS*', '-Location*', path).toString();
