/** A server in memory for the tests of deliveries: it stores what it is given, and fails as it is told. */
import { Problem } from '../api/problem.ts';
import type { Receipt } from '../api/types.ts';
import { type Bytes, concat, equal, fromBase64url, sha256, toBase64url } from '../sealed/bytes.ts';
import { bearerHash } from '../sealed/link.ts';
import type { DeliveryEvents } from './delivery.ts';
import type { Ports } from './ports.ts';
import { type BeginSealing, Sealers } from './sealers.ts';
import type { Begun, BegunStore } from './state.ts';
import type { PatchRequest } from './tus.ts';

const nothing = () => undefined;
/** For a delivery that nobody watches. */
export const unwatched: DeliveryEvents = {
  phase: nothing,
  sizes: nothing,
  moved: nothing,
  acknowledged: nothing,
  kept: nothing,
  safe: nothing,
};

export interface Stored {
  readonly size: number;
  bytes: Bytes;
}

export class FakeServer {
  submission = '';
  receiptHash = '';
  state: Receipt['state'] = 'receiving';
  files = new Map<number, Stored>();
  usedNumbers = new Set<number>();
  manifest: Bytes = new Uint8Array(0);
  proof: Bytes = new Uint8Array(0);
  /** Largest body of a PATCH, as a proxy would allow. */
  largestBody = Infinity;
  patches: { offset: number; length: number }[] = [];
  calls: string[] = [];
  /** Called before anything is done; may throw, or change the server. */
  before: (call: string) => void = () => undefined;
  /** Called after something was done and before it is answered: an answer that is lost. */
  after: (call: string) => void = () => undefined;

  readonly api: Ports['api'] = {
    putSubmission: (_auth, id, { receipt_hash, files }) =>
      this.#call('submission', () => {
        if (this.submission !== id) {
          this.submission = id;
          this.files.clear();
          this.usedNumbers.clear();
          this.state = 'receiving';
        }
        this.receiptHash = receipt_hash;
        for (const n of this.files.keys()) if (!(String(n) in files)) this.files.delete(n);
        for (const [name, size] of Object.entries(files)) {
          const n = Number(name);
          if (this.files.get(n)?.size === size) continue;
          if (this.usedNumbers.has(n)) throw new Problem('size-differs', 409);
          this.usedNumbers.add(n);
          this.files.set(n, { size, bytes: new Uint8Array(0) });
        }
        return { uploads: {} };
      }),
    putManifest: (_auth, manifest) => this.#call('manifest', () => void (this.manifest = manifest)),
    commit: (_auth, { manifest, proof }) =>
      this.#call('commit', () => {
        if (this.state === 'received') throw new Problem('already-received', 409);
        if (manifest !== toBase64url(sha256(this.manifest))) throw new Problem('manifest-differs', 409);
        for (const file of this.files.values())
          if (file.bytes.length !== file.size) throw new Problem('files-incomplete', 409);
        this.proof = fromBase64url(proof, 32);
        this.state = 'received';
        return { state: 'received' as const, received_at: 1000, expires_at: 2000 };
      }),
    getReceipt: (auth) =>
      this.#call('receipt', () => {
        if (bearerHash(auth) !== this.receiptHash) throw new Problem('not-available', 404);
        return { state: this.state, received_at: 1000, expires_at: 2000 } as Receipt;
      }),
    eraseReceipt: () => this.#call('erase', () => void (this.state = 'erased')),
  };

  readonly tus: Ports['tus'] = {
    head: (path) =>
      this.#call('head', () => {
        const file = this.#file(path);
        return { offset: file.bytes.length, length: file.size };
      }),
    patch: (request: PatchRequest) => {
      if (request.body.length > this.largestBody) return Promise.reject(new Problem('unknown', 413));
      const body = request.body.slice();
      request.copied();
      return this.#call('patch', () => {
        const file = this.#file(request.path);
        if (request.offset !== file.bytes.length) throw new Problem('offset-differs', 409);
        this.patches.push({ offset: request.offset, length: body.length });
        file.bytes = concat(file.bytes, body);
        request.moved(body.length);
        return file.bytes.length;
      });
    },
  };

  #file(path: string): Stored {
    const file = this.files.get(Number(path.split('/').at(-1)));
    if (file === undefined) throw new Problem('file-ended', 410);
    return file;
  }

  /** Like a request, never in the same turn. */
  async #call<T>(call: string, act: () => T): Promise<T> {
    await Promise.resolve();
    this.calls.push(call);
    this.before(call);
    const answer = act();
    this.after(call);
    return answer;
  }
}

export class MemoryStore implements BegunStore {
  begun: Begun | null = null;
  read = () => Promise.resolve(this.begun);
  write = (_parts: unknown, begun: Begun) => {
    this.begun = begun;
    return Promise.resolve(true);
  };
  drop = () => Promise.resolve(void (this.begun = null));
}

/** Seals in this very thread. */
export const sealHere: BeginSealing = (...file) => new Sealers(noWorker).begin(...file);

const noWorker = () => {
  throw new Error('no workers here');
};

/** Throws `problem` the first `times` that `call` comes. */
export function failing(call: string, times: number, problem: Problem): (call: string) => void {
  let left = times;
  return (made) => {
    if (made === call && left-- > 0) throw problem;
  };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return equal(a, b);
}
