/** What a service worker has and the DOM types of this project do not know. */
export interface Asking {
  readonly id: string;
  readonly url: string;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

export interface Fetched extends Event {
  readonly request: Request;
  readonly clientId: string;
  respondWith(answer: Promise<Response>): void;
}

export interface Told extends Event {
  readonly data: unknown;
  readonly source: Asking | null;
  waitUntil(work: Promise<unknown>): void;
}

interface Scope {
  readonly location: { readonly origin: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(which: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Asking[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate' | 'message', heard: (event: Told) => void): void;
  addEventListener(name: 'fetch', heard: (event: Fetched) => void): void;
}

export const scope = globalThis as unknown as Scope;
