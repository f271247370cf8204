/** What lies under the server's folder, read as someone would who took the disk. */
import { createReadStream, type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of an entry of a ring: FORMAT section 9. */
const ENTRY = 88;

export class Disk {
  readonly #data: string;

  constructor(data: string) {
    this.#data = data;
  }

  /** Ids of what has a directory of blobs. */
  directories(): string[] {
    const blobs = join(this.#data, 'blobs');
    const shards = readdirSync(blobs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return shards.flatMap(({ name }) => readdirSync(join(blobs, name)));
  }

  /** How many keys there are. */
  keys(): number {
    const rings = readdirSync(join(this.#data, 'keys')).filter((name) => name.endsWith('.ring'));
    return rings.reduce((sum, name) => sum + statSync(join(this.#data, 'keys', name)).size, 0) / ENTRY;
  }

  /** Bytes of all files. */
  size(): number {
    return this.#files().reduce((sum, path) => sum + statSync(path).size, 0);
  }

  /** Which of these markers is anywhere in a file or in a file's name. */
  async holds(markers: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
    const wanted = Object.entries(markers).map(([name, marker]) => [name, Buffer.from(marker)] as const);
    const longest = Math.max(...wanted.map(([, marker]) => marker.length));
    const found = new Set<string>();
    for (const path of this.#files()) {
      let tail = Buffer.from(path);
      for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
        const seen = Buffer.concat([tail, part as Buffer]);
        for (const [name, marker] of wanted) if (seen.includes(marker)) found.add(name);
        tail = seen.subarray(-longest);
      }
    }
    return [...found];
  }

  #files(): string[] {
    const entries = readdirSync(this.#data, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry: Dirent) => join(entry.parentPath, entry.name));
  }
}
