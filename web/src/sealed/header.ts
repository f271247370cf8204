/**
 * The header of an age file, parsed as the server parses it (section 4): at most 1024 bytes, one X25519
 * stanza, beside it nothing but grease. Whether it opens is age.ts's part.
 */
import { type Bytes, fromBase64url } from './bytes.ts';
import { HeaderError } from './errors.ts';

export const LONGEST_HEADER = 1024;

export interface Stanza {
  readonly args: readonly string[];
  readonly body: Bytes;
}

export interface Header {
  /** H: bytes up to and including the line feed after the MAC. */
  readonly length: number;
  readonly stanzas: readonly Stanza[];
}

const LINE_FEED = 0x0a;
const BODY_LINE = 64;
const KEY_BYTES = 32;

/** Reads the header at the start of `prefix`, which may go on behind it. Throws HeaderError. */
export function parseHeader(prefix: Uint8Array): Header {
  const header = readHeader(prefix.subarray(0, LONGEST_HEADER + 1), LONGEST_HEADER);
  let recipients = 0;
  for (const { args, body } of header.stanzas) {
    const type = args[0] ?? '';
    if (type === 'X25519') {
      recipients += 1;
      if (args.length !== 2 || base64(args[1] ?? '').length !== KEY_BYTES || body.length !== KEY_BYTES) {
        throw new HeaderError('malformed');
      }
    } else if (!type.endsWith('-grease')) {
      throw new HeaderError('other-stanza');
    }
  }
  if (recipients === 0) throw new HeaderError('no-recipient');
  if (recipients > 1) throw new HeaderError('two-recipients');
  return header;
}

/** Any header of the age format, of at most `longest` bytes. Throws HeaderError. */
export function readHeader(prefix: Uint8Array, longest: number): Header {
  const lines = new Lines(prefix, longest);
  if (lines.next() !== 'age-encryption.org/v1') throw new HeaderError('malformed');
  const stanzas: Stanza[] = [];
  for (;;) {
    const line = lines.next();
    if (line.startsWith('-> ')) {
      stanzas.push(readStanza(line, lines));
    } else if (line.startsWith('--- ')) {
      if (stanzas.length === 0 || base64(line.slice(4)).length !== KEY_BYTES)
        throw new HeaderError('malformed');
      return { length: lines.at, stanzas };
    } else {
      throw new HeaderError('malformed');
    }
  }
}

function readStanza(line: string, lines: Lines): Stanza {
  const args = line.slice(3).split(' ');
  if (!args.every((arg) => /^[!-~]+$/.test(arg))) throw new HeaderError('malformed');
  let text = '';
  for (;;) {
    const part = lines.next();
    if (part.length > BODY_LINE) throw new HeaderError('malformed');
    text += part;
    if (part.length < BODY_LINE) return { args, body: base64(text) };
  }
}

class Lines {
  at = 0;
  readonly #prefix: Uint8Array;
  readonly #longest: number;

  constructor(prefix: Uint8Array, longest: number) {
    this.#prefix = prefix;
    this.#longest = longest;
  }

  next(): string {
    const end = this.#prefix.indexOf(LINE_FEED, this.at);
    if (end === -1) throw new HeaderError(this.#prefix.length > this.#longest ? 'too-long' : 'cut-off');
    if (end >= this.#longest) throw new HeaderError('too-long');
    const line = this.#prefix.subarray(this.at, end);
    this.at = end + 1;
    // Bytes beyond ASCII become characters that no rule of the header allows.
    return Array.from(line, (byte) => String.fromCharCode(byte)).join('');
  }
}

/** Standard base64 without padding, non-zero spare bits refused. */
function base64(text: string): Bytes {
  if (/[-_]/.test(text)) throw new HeaderError('malformed');
  try {
    return fromBase64url(text.replaceAll('+', '-').replaceAll('/', '_'));
  } catch {
    throw new HeaderError('malformed');
  }
}
