import type { TestReport } from '@keyturn/contracts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import type { Liveness } from '../provider.ts';
import type { TestedValues } from './rotation-provider.ts';

const livenessOf = ({ verdict, sentence }: TestReport): Liveness => {
  switch (verdict) {
    case 'valid':
      return { state: 'alive', sentence: `It is still taken: ${sentence}` };
    case 'invalid':
      return { state: 'dead', sentence };
    case 'forbidden':
    case 'unreachable':
    case 'rate-limited':
      return { state: 'unknown', sentence };
  }
};

/** The engine's view of values that a person makes and removes: they are tested, and found dead when the provider refuses them twice. */
export const assistedRotation = (adapter: ProviderAdapter): TestedValues => ({
  test: ({ fields }) => adapter.test(fields),
  isDead: async (fields) => {
    const first = livenessOf(await adapter.test(fields));
    return first.state === 'dead' ? livenessOf(await adapter.test(fields)) : first;
  },
});
