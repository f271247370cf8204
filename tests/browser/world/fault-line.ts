/**
 * One connection of a client through the fault proxy. Knows as much of HTTP/1.1 as it needs: where a
 * request's head ends, and from Content-Length where its body does. Answers are not read, only their bytes
 * counted: requests follow one another on a connection, so what comes down belongs to the last one.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault-plan.ts';

export interface Head {
  readonly method: string;
  readonly path: string;
  /** Bytes of the body. */
  readonly length: number;
}

/** What tells a line which faults are due. */
export interface FaultSource {
  /** How many of these bytes of a PATCH body go before the next fault, and that fault. */
  counts(bytes: number): { before: number; fault: Fault | null };
  /** The fault that a request with this head gets, if any. */
  at(head: Head): Fault | null;
  did(fault: Fault, where: string): void;
  /** It came to nothing: whoever comes next has it. */
  handsBack(fault: Fault): void;
  /** Until it is let through. */
  held(): Promise<void>;
  /** No connections for so many milliseconds. */
  refuses(milliseconds: number): void;
  readonly stallMs: number;
}

const SLOW_PART = 16 * 1024;
const SLOW_BYTES = 512 * 1024;
const PAGES = { '413': '413 Request Entity Too Large', '502': '502 Bad Gateway' } as const;
const MOST_HEAD = 64 * 1024;

export class Line {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #source: FaultSource;
  #collected = Buffer.alloc(0);
  #head: Head = { method: '', path: '', length: 0 };
  /** Bytes of the body that are still to come. */
  #left = 0;
  /** The request was answered here: what comes of it goes nowhere. */
  #answered = false;
  /** What happens to the next answer. */
  #downward: Fault | null = null;
  #slowly = 0;

  constructor(client: Socket, port: number, source: FaultSource) {
    this.#client = client;
    this.#server = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#source = source;
    client.setNoDelay(true);
    for (const socket of [this.#client, this.#server]) socket.on('error', () => this.ends());
    void this.#runs();
  }

  /** Before the sockets are read no more, which would end them politely. */
  #breaks(): never {
    this.ends();
    throw new Error('broken on purpose');
  }

  /** RST both ways. */
  ends(): void {
    for (const socket of [this.#client, this.#server]) if (!socket.destroyed) socket.resetAndDestroy();
    if (this.#downward) this.#source.handsBack(this.#downward);
    this.#downward = null;
  }

  async #runs(): Promise<void> {
    // A direction that fails ends both: what is half open for long is not what is tested here.
    await Promise.all([this.#goesUp(), this.#goesDown()]).catch(() => undefined);
    this.ends();
  }

  async #goesUp(): Promise<void> {
    for await (const part of this.#client) {
      let rest = part as Buffer;
      while (rest.length > 0) rest = this.#left > 0 ? await this.#body(rest) : await this.#reads(rest);
    }
    this.#server.end();
  }

  async #goesDown(): Promise<void> {
    for await (const part of this.#server) {
      const fault = this.#downward;
      if (fault === null) await written(this.#client, part as Buffer);
      else await this.#answers(part as Buffer, fault);
    }
    this.#client.end();
  }

  /** Collects a head; returns what lies behind it. */
  async #reads(part: Buffer): Promise<Buffer> {
    const all = Buffer.concat([this.#collected, part]);
    const end = all.indexOf('\r\n\r\n');
    if (end < 0 && all.length > MOST_HEAD) throw new Error('a head without an end');
    this.#collected = end < 0 ? all : Buffer.alloc(0);
    if (end < 0) return Buffer.alloc(0);
    const head = all.subarray(0, end + 4);
    this.#head = parsed(head.toString('latin1'));
    this.#left = this.#head.length;
    const fault = this.#source.at(this.#head);
    if (fault?.kind === '413' || fault?.kind === '502') await this.#answersItself(fault, fault.kind);
    else {
      if (fault) this.#awaitsAnswer(fault);
      await written(this.#server, head);
    }
    return all.subarray(end + 4);
  }

  /** Passes on what there is of a body, up to the next fault; returns the rest. */
  async #body(part: Buffer): Promise<Buffer> {
    const here = part.subarray(0, this.#left);
    const counted = this.#head.method === 'PATCH' && !this.#answered;
    const { before, fault } = counted
      ? this.#source.counts(here.length)
      : { before: here.length, fault: null };
    try {
      if (!this.#answered) await this.#sendsUp(here.subarray(0, before));
    } catch (error) {
      // The line was ended on the way to the place of the fault.
      if (fault) this.#source.handsBack(fault);
      throw error;
    }
    this.#left -= before;
    if (fault) await this.#does(fault);
    return part.subarray(before);
  }

  async #sendsUp(bytes: Buffer): Promise<void> {
    let sent = 0;
    while (this.#slowly > 0 && sent < bytes.length) {
      const some = bytes.subarray(sent, sent + SLOW_PART);
      await pause(SLOW_PART / 1024);
      await written(this.#server, some);
      this.#slowly -= some.length;
      sent += some.length;
    }
    if (sent < bytes.length) await written(this.#server, bytes.subarray(sent));
  }

  /** A fault within a body, or one that waits for the answer to it. */
  async #does(fault: Fault): Promise<void> {
    const { kind } = fault;
    if (kind === 'lost answer' || kind === 'cut down' || kind === 'stall down') {
      this.#awaitsAnswer(fault);
      return;
    }
    this.#source.did(fault, this.#where());
    if (kind === 'hold') await this.#source.held();
    else if (kind === 'slow') this.#slowly = SLOW_BYTES;
    else if (kind === 'stall up') await this.#stalls(fault);
    else if (kind === 'refused') this.#source.refuses(this.#source.stallMs * (0.2 + fault.roll * 0.5));
    else if (kind === 'cut up') {
      this.#server.end();
      this.#client.end();
      await Promise.race([once(this.#server, 'close'), pause(this.#source.stallMs)]);
      this.#breaks();
    } else this.#breaks();
  }

  #awaitsAnswer(fault: Fault): void {
    // A line that has ended hears no answer any more.
    if (this.#downward || this.#client.destroyed) this.#source.handsBack(fault);
    else this.#downward = fault;
  }

  async #answers(part: Buffer, fault: Fault): Promise<void> {
    this.#downward = null;
    this.#source.did(fault, this.#where());
    if (fault.kind === 'stall down') {
      await this.#stalls(fault);
      return written(this.#client, part);
    }
    if (fault.kind === 'cut down') {
      await written(
        this.#client,
        part.subarray(0, 1 + Math.floor(fault.roll * Math.min(60, part.length - 1))),
      );
      this.#client.end();
      await Promise.race([once(this.#client, 'close'), pause(this.#source.stallMs)]);
    }
    this.#breaks();
  }

  /** Nothing moves until the client gives up or the time is over; then it goes on, or the line is dead. */
  async #stalls({ roll }: Fault): Promise<void> {
    await Promise.race([once(this.#client, 'close'), pause(this.#source.stallMs)]);
    if (this.#client.destroyed || roll < 0.5) this.#breaks();
  }

  /** As nginx does: a page of HTML at once, then it reads on for as long as the client sends. */
  async #answersItself(fault: Fault, kind: '413' | '502'): Promise<void> {
    this.#source.did(fault, this.#where());
    this.#answered = true;
    const title = PAGES[kind];
    const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
    const head = `HTTP/1.1 ${title}\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n`;
    await written(this.#client, Buffer.from(head + page));
    this.#client.end();
  }

  #where(): string {
    const { method, path, length } = this.#head;
    return `${method} ${path} at ${length - this.#left} of ${length}`;
  }
}

/** With the back pressure of the socket. */
async function written(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new Error('closed');
  if (bytes.length > 0 && !socket.write(bytes)) {
    await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
}

function parsed(head: string): Head {
  const [method = '', path = ''] = head.split(' ', 2);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  return { method, path, length: Number(length ?? 0) };
}
