/** A desk in one engine with something on it, and someone between it and the server; set up and cleared away. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Between } from '../between.ts';
import { Server } from '../server.ts';
import { Terminal } from '../terminal.ts';
import { Engine, type EngineKind } from './engine.ts';
import type { Reader } from './reader.ts';

export interface Desk {
  readonly server: Server;
  readonly between: Between;
  readonly terminal: Terminal;
  readonly engine: Engine;
  readonly reader: Reader;
}

export interface DeskWish {
  /** What lies on it, and is open when the tests begin. */
  readonly label: string;
  readonly files: readonly string[];
  /** Milliseconds to set it up. */
  readonly within: number;
  readonly expectsBrokenConnections?: boolean;
}

/** To be asked for where tests are described; what it returns is there once they run. */
export function deskIn(kind: EngineKind, wish: DeskWish): Desk {
  const desk: { -readonly [Part in keyof Desk]?: Desk[Part] } = {};

  beforeAll(async () => {
    desk.server = await Server.starts();
    desk.between = await Between.stands(desk.server.url);
    desk.terminal = new Terminal();
    await desk.terminal.setsUp(desk.server.setUpAddress);
    await desk.terminal.sendsTo(wish.label, ...wish.files);
    desk.engine = await Engine.begins(kind);
    desk.engine.expectsBrokenConnections = wish.expectsBrokenConnections ?? false;
    desk.reader = await desk.engine.reader(desk.between.url);
    await desk.reader.signsIn();
    await desk.reader.opens(wish.label);
  }, wish.within);
  afterAll(async () => {
    await desk.engine?.ends();
    await desk.between?.leaves();
    await desk.server?.ends();
    desk.terminal?.ends();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await desk.engine?.photographs(`failed-${wish.label}`);
    desk.between?.isHonest();
    expect(desk.engine?.troubles.splice(0)).toEqual([]);
  });
  return desk as Desk;
}
