/**
 * What this browser has for showing and saving: asked of it in one place, so that a test can stand in for it.
 * The best way of saving comes first: a file that is picked, the browser's downloads fed by the service worker,
 * a copy in this browser that is then downloaded. Small files take the last one: it needs no question.
 */
import { Streams } from './streams.ts';

/** Up to here a file may be fetched whole before it is saved; so much fits into memory where there is no disk. */
export const SMALL_BYTES = 32 * 1024 * 1024;
/** So long a download may take to ask for its first byte. */
export const BEGINS_WITHIN_MS = 8_000;

export interface Browser {
  urlOf(blob: Blob): string;
  takeBack(url: string): void;
  /** A download of what is at `url`. */
  handOn(url: string, name: string): void;
  /** To an address that the service worker answers with a download: the page stays. */
  goTo(url: string): void;
  /** Asks where to save; null when this browser can not ask, `no` when the person does not want to. */
  picks(name: string): Promise<FileSystemFileHandle | 'no' | null>;
  /** Whether a file of so many bytes is better copied here first than handed to a download. */
  copiesFirst(size: number): Promise<boolean>;
  later(ms: number, then: () => void): void;
  now(): number;
  readonly streams: Pick<Streams, 'ready' | 'add' | 'proves' | 'watches'>;
}

export const thisBrowser = (): Browser => ({
  urlOf: (blob) => URL.createObjectURL(blob),
  takeBack: (url) => URL.revokeObjectURL(url),
  handOn,
  goTo,
  picks,
  copiesFirst,
  later: (ms, then) => void setTimeout(then, ms),
  now: () => Date.now(),
  streams,
});

/** One for the page: it listens to its service worker for as long as the page is there. */
const streams = new Streams();

/** A download by a click on a link; the URL is never opened as a page. */
export function handOn(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.rel = 'noreferrer';
  link.click();
}

/** Without `download`: Chromium asks no service worker then. */
function goTo(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.rel = 'noreferrer';
  link.click();
}

/**
 * Firefox keeps an empty file under the name of a download that failed. A copy of its own is whole before it is
 * downloaded; it is made where it fits twice.
 */
async function copiesFirst(size: number): Promise<boolean> {
  if (!navigator.userAgent.includes('Firefox/')) return false;
  const { quota = 0, usage = 0 } = await navigator.storage.estimate().catch(() => ({}) as StorageEstimate);
  return quota - usage > 2 * size;
}

interface Picker {
  showSaveFilePicker?(wish: { suggestedName: string; startIn: string }): Promise<FileSystemFileHandle>;
}

async function picks(name: string): Promise<FileSystemFileHandle | 'no' | null> {
  const { showSaveFilePicker: picker } = globalThis as Picker;
  if (picker === undefined) return null;
  try {
    return await picker.call(globalThis, { suggestedName: name, startIn: 'downloads' });
  } catch (error) {
    // Any other refusal is of this way, a name that it does not take among them.
    return error instanceof DOMException && error.name === 'AbortError' ? 'no' : null;
  }
}
