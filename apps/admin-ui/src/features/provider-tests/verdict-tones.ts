import type { TestView } from '@keyturn/contracts/api';
import type { Tone } from '../../shared/state/status-badge.tsx';

/** What nobody could say, for now, is not yet bad. */
export const TONE_OF_VERDICT: Record<TestView['verdict'], Tone> = {
  valid: 'good',
  invalid: 'bad',
  forbidden: 'bad',
  unreachable: 'warn',
  'rate-limited': 'warn',
};
