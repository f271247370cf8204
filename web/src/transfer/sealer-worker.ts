/** The inside of a sealing worker: files that it is told to begin, pieces that it is asked for. */
import { chooseAead } from '../sealed/aead.ts';
import type { Bytes } from '../sealed/bytes.ts';
import { PieceSealer } from './sealer.ts';
import { type PickedFile, SendingError, type SendingReason } from './sending.ts';
import { Source } from './source.ts';
import { STREAMS } from './stretches.ts';

/** `id` names a file within the pool. */
export type ToSealer =
  | {
      readonly kind: 'begin';
      readonly id: number;
      readonly picked: PickedFile;
      readonly key: Bytes;
      readonly nonce: Bytes;
    }
  | {
      readonly kind: 'piece';
      readonly id: number;
      readonly index: number;
      readonly again: boolean;
      /** To be used again: the sealed bytes are put there. */
      readonly memory: ArrayBuffer | undefined;
    }
  | { readonly kind: 'end'; readonly id: number };

export type FromSealer =
  /** `alone`: it reads in stretches and leaves the cipher to the browser, two would be no faster. */
  | { readonly kind: 'ready'; readonly alone: boolean }
  | { readonly kind: 'sealed'; readonly id: number; readonly index: number; readonly sealed: Bytes }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly index: number;
      readonly reason: SendingReason;
      readonly detail: string;
    };

/** This side of the line to the owner. */
export interface SealerScope {
  postMessage(message: FromSealer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
}

export function runSealer(scope: SealerScope): void {
  const files = new Map<number, Promise<PieceSealer>>();

  async function piece({ id, index, again, memory }: Extract<ToSealer, { kind: 'piece' }>): Promise<void> {
    try {
      const sealer = await files.get(id);
      if (sealer === undefined) throw new RangeError('no such file');
      const sealed = await sealer.piece(index, again, memory);
      scope.postMessage({ kind: 'sealed', id, index, sealed }, [sealed.buffer]);
    } catch (error) {
      const reason = error instanceof SendingError ? error.reason : 'refused';
      scope.postMessage({ kind: 'failed', id, index, reason, detail: String(error) });
    }
  }

  scope.onmessage = ({ data }) => {
    const message = data as ToSealer;
    if (message.kind === 'begin') {
      const { id, picked, key, nonce } = message;
      const sealer = PieceSealer.begin(new Source(picked, id), key, nonce);
      // Whoever asks for a piece hears of it.
      sealer.catch(() => undefined);
      files.set(id, sealer);
    } else if (message.kind === 'piece') {
      void piece(message);
    } else {
      const ended = files.get(message.id);
      files.delete(message.id);
      void ended?.then((sealer) => sealer.end()).catch(() => undefined);
    }
  };
  // Told once the cipher has proved itself, so that the first piece does not wait for that.
  void chooseAead().then(({ name }) =>
    scope.postMessage({ kind: 'ready', alone: STREAMS && name === 'webcrypto' }),
  );
}
