/**
 * JSON of the formats: UTF-8, one object, `v` is 1, no field twice at any depth. Fields that are not
 * known are kept and ignored. `Fields` reads them one by one and refuses what has another shape.
 */
import { fromUtf8 } from './bytes.ts';
import { MalformedError } from './errors.ts';

/** The last second of the year 9999. Later ones are no times: calendars and programs end at different ones. */
export const LAST_TIME = 253_402_300_799;

export type JsonObject = { readonly [name: string]: unknown };

/** An object from text, without looking at `v`. Throws MalformedError. */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedError('json');
  }
  if (!isObject(value)) throw new MalformedError('json');
  refuseFieldTwice(text);
  return value;
}

/** An object of the formats: `v` must be 1. */
export function parseVersioned(bytes: Uint8Array): Fields {
  const fields = new Fields(parseObject(fromUtf8(bytes)));
  if (fields.raw('v') !== 1) throw new MalformedError('version');
  return fields;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Expects text that JSON.parse took; then a string before a colon is a name, and nothing else is. */
function refuseFieldTwice(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(/[{}]|"(?:[^"\\]|\\.)*"(\s*:)?/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(token.slice(0, -colon.length));
      const names = open.at(-1);
      if (typeof name !== 'string' || names === undefined || names.has(name))
        throw new MalformedError('field-twice');
      names.add(name);
    }
  }
}

/** Reads the fields of one object; every method throws MalformedError when the shape differs. */
export class Fields {
  readonly object: JsonObject;

  constructor(value: unknown) {
    if (!isObject(value)) throw new MalformedError('field');
    this.object = value;
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined;
  }

  text(name: string): string {
    return expectText(this.raw(name));
  }

  /** Non-negative, exact. */
  integer(name: string): number {
    return expectInteger(this.raw(name));
  }

  /** Seconds since 1970, LAST_TIME at most. */
  time(name: string): number {
    return expectTime(this.raw(name));
  }

  flag(name: string): boolean {
    const value = this.raw(name);
    if (typeof value !== 'boolean') throw new MalformedError('field');
    return value;
  }

  list<T>(name: string, read: (value: unknown) => T): readonly T[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) throw new MalformedError('field');
    return value.map((entry: unknown) => read(entry));
  }

  /** For `null` and for a field that is not there, null. */
  nullable<T>(name: string, read: (value: unknown) => T): T | null {
    const value = this.raw(name);
    return value === null || value === undefined ? null : read(value);
  }
}

export function expectText(value: unknown): string {
  if (typeof value !== 'string') throw new MalformedError('field');
  return value;
}

export function expectInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedError('field');
  return value;
}

export function expectTime(value: unknown): number {
  const time = expectInteger(value);
  if (time > LAST_TIME) throw new MalformedError('field');
  return time;
}
