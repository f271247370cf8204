/** Whatever ends a delivery as the one error that the page decides on. */
import { Problem } from '../api/problem.ts';
import { SealedError } from '../sealed/errors.ts';
import { Cancelled } from './control.ts';
import { SendingError, type SendingReason } from './sending.ts';

const REASONS: Partial<Record<Problem['type'], SendingReason>> = {
  'link-spent': 'link-spent',
  'link-closed': 'link-closed',
  'link-expired': 'link-expired',
  'not-available': 'not-available',
  erased: 'link-erased',
  'too-large': 'too-large',
  'manifest-too-large': 'too-large',
  'disk-full': 'disk-full',
  'link-busy': 'link-busy',
};

export function sendingError(error: unknown): SendingError {
  if (error instanceof SendingError) return error;
  if (error instanceof Cancelled) return new SendingError('cancelled');
  if (error instanceof Problem) {
    return new SendingError(REASONS[error.type] ?? 'refused', { at: error.at, cause: error });
  }
  const large = error instanceof SealedError && error.reason === 'too-large';
  return new SendingError(large ? 'too-large' : 'refused', { cause: error });
}
