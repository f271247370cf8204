import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { Fields, LAST_TIME, parseObject, parseVersioned } from './json.ts';
import { openPadded, padJson, paddedLength } from './padding.ts';

describe('an object', () => {
  test('that JSON can hold is read as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        expect(JSON.stringify(parseObject(text))).toBe(text);
      }),
    );
  });

  test.each([
    ['at the top', '{"a":1,"a":1}'],
    ['deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'],
    ['written in two ways', '{"a":1,"\\u0061":2}'],
    ['with white space before the colon', '{"a":1,"a" \n:2}'],
    ['whose name has a quotation mark', '{"a\\"b":1,"a\\"b":2}'],
  ])('with a field twice %s is refused', (_name, text) => {
    expect(() => parseObject(text)).toThrow('field-twice');
  });

  test.each([
    ['the same name in two objects', '{"a":{"x":1},"b":{"x":1},"x":1}'],
    ['a text that looks like a field', '{"a":"{\\"a\\":1,","b":"a\\":"}'],
    ['a text equal to a name', '{"a":"b","b":"a"}'],
    ['a backslash at the end of a text', '{"a":"\\\\","b":"\\\\"}'],
  ])('with %s is fine', (_name, text) => {
    expect(parseObject(text)).toEqual(JSON.parse(text));
  });

  test.each(['', '[]', 'null', '1', '{', '{"a":1}x', '{"a":01}', "{'a':1}"])(
    'written as %s is refused',
    (text) => {
      expect(() => parseObject(text)).toThrow('json');
    },
  );

  test('of any version but 1 is refused', () => {
    for (const text of ['{}', '{"v":2}', '{"v":"1"}', '{"v":null}', '{"v":true}']) {
      expect(() => parseVersioned(utf8(text))).toThrow('version');
    }
    expect(parseVersioned(utf8('{"v":1,"later":[]}')).raw('later')).toEqual([]);
  });

  test('has times up to the end of the year 9999', () => {
    const at = (time: unknown) => new Fields({ time }).time('time');
    expect([at(0), at(LAST_TIME)]).toEqual([0, Date.parse('9999-12-31T23:59:59Z') / 1000]);
    for (const time of [LAST_TIME + 1, Number.MAX_SAFE_INTEGER, -1, 1.5, '1', null]) {
      expect(() => at(time), String(time)).toThrow('field');
    }
  });

  test('does not take what is inherited for a field', () => {
    expect(() => new Fields({}).text('toString')).toThrow('field');
    expect(new Fields(parseObject('{"__proto__":{"text":"x"}}')).raw('text')).toBeUndefined();
  });
});

describe('padding', () => {
  test('goes to the next power of two of at least 4096', () => {
    expect([0, 1, 4096, 4097, 65_536].map(paddedLength)).toEqual([4096, 4096, 4096, 8192, 65_536]);
  });

  test('is taken away again, and is limited', () => {
    const padded = padJson({ v: 1, text: 'x'.repeat(5000) }, 8192);
    expect(padded.length).toBe(8192);
    expect(openPadded(padded, 8192).text('text').length).toBe(5000);
    expect(() => padJson({ v: 1, text: 'x'.repeat(9000) }, 8192)).toThrow('too-large');
    expect(() => openPadded(padded, 4096)).toThrow('too-large');
    expect(() => openPadded(padded.subarray(0, 6000), 8192)).toThrow('padding');
  });
});
