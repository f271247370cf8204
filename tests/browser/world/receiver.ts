/** A program of the trainer's that alerts call, on a free port; and a port that nobody listens on. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Receiver {
  readonly url: string;
  /** The bodies of the calls, in their order. */
  readonly heard: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    server.on('request', (request, answer) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (body += part));
      request.on('end', () => {
        this.heard.push(body);
        answer.writeHead(204).end();
      });
    });
  }

  static async listens(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  ends(): void {
    this.#server.close();
  }
}

export async function freePort(): Promise<number> {
  const receiver = await Receiver.listens();
  receiver.ends();
  return Number(new URL(receiver.url).port);
}
