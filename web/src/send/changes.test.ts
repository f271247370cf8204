import { expect, test } from 'vitest';
import { SendingError } from '../transfer/sending.ts';
import { unchangedBy } from './changes.ts';

test('why files stay as they are is said by what can be done about it', () => {
  const why = (reason: SendingError['reason']) => unchangedBy(new SendingError(reason));
  expect(why('too-late')).toBe('too-late');
  expect(why('too-many-files')).toBe('too-many');
  expect(why('disk-full')).toBe('no-room');
  expect(why('file-changed')).toBe('unreadable');
  expect(why('refused')).toBe('not-now');
  expect(unchangedBy(new TypeError('bug'))).toBe('not-now');
});
