/**
 * Where an opened file is written: a file of the browser's own (OPFS), memory up to 32 MiB where that is
 * missing, or the file that the person has picked. The folder belongs to one worker and is removed by the next
 * that starts, once this one is gone.
 */
import { toBase64url, randomBytes, type Bytes } from '../../sealed/bytes.ts';
import { release } from '../../sealed/release.ts';
import { SavingError } from '../desk.ts';

export interface Sink {
  /** The bytes are the sink's from then on. */
  write(bytes: Bytes): Promise<void>;
  /** What was written, whole; null where it is out of the page's hands. */
  finish(): Promise<Blob | null>;
  /** Removes it; may be called at any time and twice. */
  discard(): Promise<void>;
}

const MOST_IN_MEMORY = 32 * 1024 * 1024;
const TYPE = 'application/octet-stream';
const FOLDER = /^dewdrop-saved-/;

interface SyncHandle {
  write(bytes: Bytes, options: { at: number }): number;
  flush(): void;
  close(): void;
}

/** Throws SavingError `no-room` when a file of `size` bytes fits nowhere. */
export async function newSink(size: number): Promise<Sink> {
  const onDisk = await diskSink().catch(() => null);
  if (onDisk !== null) return onDisk;
  if (size > MOST_IN_MEMORY) throw new SavingError('no-room');
  return new MemorySink();
}

export class MemorySink implements Sink {
  #parts: Bytes[] = [];

  write(bytes: Bytes): Promise<void> {
    this.#parts.push(bytes);
    return Promise.resolve();
  }

  finish(): Promise<Blob> {
    return Promise.resolve(new Blob(this.#parts, { type: TYPE }));
  }

  discard(): Promise<void> {
    this.#parts = [];
    return Promise.resolve();
  }
}

class DiskSink implements Sink {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #file: FileSystemFileHandle;
  #handle: SyncHandle | null;
  #at = 0;

  constructor(folder: FileSystemDirectoryHandle, file: FileSystemFileHandle, handle: SyncHandle) {
    this.#folder = folder;
    this.#file = file;
    this.#handle = handle;
  }

  write(bytes: Bytes): Promise<void> {
    try {
      const written = this.#handle?.write(bytes, { at: this.#at }) ?? 0;
      if (written !== bytes.length) throw new SavingError('no-room');
      this.#at += written;
      release([bytes]);
      return Promise.resolve();
    } catch (cause) {
      return Promise.reject(cause instanceof SavingError ? cause : new SavingError('no-room', cause));
    }
  }

  async finish(): Promise<Blob> {
    this.#handle?.flush();
    this.#close();
    const file = await this.#file.getFile();
    if (file.size !== this.#at) throw new SavingError('no-room');
    return file.slice(0, file.size, TYPE);
  }

  async discard(): Promise<void> {
    this.#close();
    await this.#folder.removeEntry(this.#file.name).catch(() => undefined);
  }

  #close(): void {
    this.#handle?.close();
    this.#handle = null;
  }
}

/** The browser writes beside the picked file and puts all of it in its place at `close`, or nothing at `abort`. */
export class PickedSink implements Sink {
  readonly #handle: FileSystemFileHandle & { remove?(): Promise<void> };
  readonly #writable: FileSystemWritableFileStream;
  #size = 0;
  #over = false;

  private constructor(handle: FileSystemFileHandle, writable: FileSystemWritableFileStream) {
    this.#handle = handle;
    this.#writable = writable;
  }

  static async into(handle: FileSystemFileHandle): Promise<PickedSink> {
    return new PickedSink(handle, await written(handle.createWritable()));
  }

  async write(bytes: Bytes): Promise<void> {
    this.#size += bytes.length;
    await written(this.#writable.write(bytes));
    release([bytes]);
  }

  async finish(): Promise<null> {
    await written(this.#writable.close());
    this.#over = true;
    if ((await this.#handle.getFile()).size !== this.#size) throw new SavingError('no-room');
    return null;
  }

  /** The picker has made an empty file: it is taken away too, unless something else is in it. */
  async discard(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#writable.abort().catch(() => undefined);
    const left = await this.#handle.getFile().catch(() => null);
    if (left?.size === 0) await this.#handle.remove?.().catch(() => undefined);
  }
}

async function written<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    throw new SavingError('no-room', cause);
  }
}

let own: Promise<FileSystemDirectoryHandle> | null = null;

async function diskSink(): Promise<Sink> {
  own ??= ownFolder();
  const folder = await own;
  const file = await folder.getFileHandle(toBase64url(randomBytes(12)), { create: true });
  const open = file as FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> };
  return new DiskSink(folder, file, await open.createSyncAccessHandle());
}

/** A folder with a lock that is held as long as this worker lives. */
async function ownFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const name = `dewdrop-saved-${toBase64url(randomBytes(12))}`;
  await new Promise<void>((held) => {
    void navigator.locks.request(name, () => {
      held();
      return new Promise(() => undefined);
    });
  });
  return root.getDirectoryHandle(name, { create: true });
}

/** Removes what workers left that are gone. */
export async function sweepSaved(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const entries = root as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
  const left: string[] = [];
  for await (const name of entries.keys()) if (FOLDER.test(name)) left.push(name);
  for (const name of left) {
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
    });
  }
}
