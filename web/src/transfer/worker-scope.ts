/** What a dedicated worker has and the DOM types of this project do not know. */
export interface WorkerScope {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  readonly location: { readonly origin: string };
  /** As it was started under. */
  readonly name: string;
}

export const scope = globalThis as unknown as WorkerScope;
