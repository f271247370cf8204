import { describe, expect, test } from 'vitest';
import { checkedScriptUrl } from './trusted.ts';

const PAGE = 'https://drop.example/u';

describe('a worker', () => {
  test('of ours is started', () => {
    expect(checkedScriptUrl('/assets/upload.worker-BeGJxvPF.js', PAGE)).toBe(
      'https://drop.example/assets/upload.worker-BeGJxvPF.js',
    );
  });

  test('of the desk that serves films is started, by its one address', () => {
    expect(checkedScriptUrl('/desk/sw.js', PAGE)).toBe('https://drop.example/desk/sw.js');
  });

  test.each([
    '/desk/other.js',
    '/assets/../desk/other.js',
    'https://elsewhere.example/desk/sw.js',
    'https://elsewhere.example/assets/worker.js',
    '//elsewhere.example/assets/worker.js',
    'data:text/javascript,1',
    'blob:https://drop.example/assets/1',
    '/api/submissions/x/files/0',
    '/assets/../api/x',
    '/assets/%2e%2e/api/x',
    '/assets/',
  ])('at %s is not', (url) => {
    expect(() => checkedScriptUrl(url, PAGE)).toThrow(TypeError);
  });
});
