/**
 * Sealed files on this device, so that sending goes on after a reload without picking: in the origin's
 * private file system, `sending/<fingerprint>/<n>`, n the file number. A handle is exclusive: one worker
 * owns a link's folder (alone.ts). What was written counts once it was flushed.
 */
import { type Bytes, toBase64url } from '../sealed/bytes.ts';
import type { LinkParts } from '../sealed/link.ts';

/**
 * One sealed file, each byte at its place; where nothing was written there is a hole. Everything may throw:
 * the device is full, the handle was lost.
 */
export interface StagedFile {
  /** The end of what was written last. */
  readonly length: number;
  write(bytes: Bytes, at: number): void;
  /** Fills `into` from `at` on, or throws. */
  read(into: Bytes, at: number): void;
  flush(): Promise<void>;
  /** Never throws. */
  close(): void;
}

/** The folder of one link. */
export interface Stage {
  /** Bytes that this browser says may still be kept. */
  room(): Promise<number>;
  /** An empty file under a number; what was there is erased. */
  create(n: number): Promise<StagedFile>;
  /** A file that an earlier visit kept; null when there is none. */
  open(n: number): Promise<StagedFile | null>;
  /** Not found is success; a file that is open has to be closed before. */
  erase(n: number): Promise<void>;
  eraseAll(): Promise<void>;
}

const TOP = 'sending';

/** Null where a browser has no such file system, as WebKitGTK and private windows of Firefox. */
export async function browserStage({ fingerprint }: LinkParts): Promise<Stage | null> {
  const root = await fileSystem();
  if (root === null || !('FileSystemSyncAccessHandle' in globalThis)) return null;
  const name = toBase64url(fingerprint);
  const folder = async () =>
    (await root.getDirectoryHandle(TOP, { create: true })).getDirectoryHandle(name, { create: true });
  return {
    async room() {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return quota - usage;
    },
    async create(n) {
      const file = await (await folder()).getFileHandle(String(n), { create: true });
      const handle = await handleOf(file);
      await handle.truncate(0);
      return new BrowserFile(handle, 0);
    },
    async open(n) {
      try {
        const file = await (await folder()).getFileHandle(String(n));
        const handle = await handleOf(file);
        return new BrowserFile(handle, await handle.getSize());
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    async erase(n) {
      await quietly((await folder()).removeEntry(String(n)));
    },
    eraseAll: () => eraseStage(name),
  };
}

/** Erases the folder of a fingerprint as it is written in names. Not found is success. */
export async function eraseStage(fingerprint: string): Promise<void> {
  const root = await fileSystem();
  if (root === null) return;
  try {
    const top = await root.getDirectoryHandle(TOP);
    await top.removeEntry(fingerprint, { recursive: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** The fingerprints that have a folder. */
export async function stagedFingerprints(): Promise<readonly string[]> {
  const root = await fileSystem();
  const names: string[] = [];
  try {
    const top = await root?.getDirectoryHandle(TOP);
    if (top !== undefined) for await (const name of top.keys()) names.push(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return names;
}

/** As workers have it; older browsers answer the calls that are not `read` and `write` with promises. */
interface Handle {
  read(bytes: Bytes, at: { at: number }): number;
  write(bytes: Bytes, at: { at: number }): number;
  getSize(): number | Promise<number>;
  truncate(size: number): void | Promise<void>;
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}

const handleOf = (file: FileSystemFileHandle): Promise<Handle> =>
  (file as unknown as { createSyncAccessHandle(): Promise<Handle> }).createSyncAccessHandle();

class BrowserFile implements StagedFile {
  readonly #handle: Handle;
  length: number;

  constructor(handle: Handle, length: number) {
    this.#handle = handle;
    this.length = length;
  }

  write(bytes: Bytes, at: number): void {
    if (this.#handle.write(bytes, { at }) !== bytes.length)
      throw new Error('the device took less than it was given');
    this.length = Math.max(this.length, at + bytes.length);
  }

  read(into: Bytes, at: number): void {
    if (this.#handle.read(into, { at }) !== into.length) throw new Error('bytes that were kept are gone');
  }

  async flush(): Promise<void> {
    await this.#handle.flush();
  }

  close(): void {
    try {
      void Promise.resolve(this.#handle.close()).catch(() => undefined);
    } catch {
      // A handle that was lost is closed.
    }
  }
}

async function fileSystem(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await navigator.storage.getDirectory();
  } catch {
    return null;
  }
}

const isNotFound = (error: unknown) => error instanceof DOMException && error.name === 'NotFoundError';

async function quietly(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
