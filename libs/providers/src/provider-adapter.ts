import type { TestReport } from '@keyturn/contracts';
import type { Sensitive } from '@keyturn/kernel';
import type { Provider } from './provider.ts';

/** What Keyturn asks of the provider of one type of credential, with the opened fields of one version. Changes nothing there. */
export interface ProviderAdapter {
  /**
   * Uses the value once and says what came of it: in our own words, because a provider's may repeat a secret. Never retries: whoever asks
   * decides on that. What is no answer of the provider (a bug, a fault of ours) is thrown, scrubbed.
   */
  test(fields: Sensitive<Readonly<Record<string, string>>>): Promise<TestReport>;
}

/** The adapter of a provider that takes its fields apart itself. Fields with which nobody can be asked say nothing about the value. */
export const adapterOf = <Fields>({ parseFields, test }: Pick<Provider<Fields>, 'parseFields' | 'test'>): ProviderAdapter => ({
  test: async (record) => {
    const fields = parseFields(record);
    if (!fields.ok) return { verdict: 'unreachable', sentence: fields.refusal.sentence, elapsedMs: 0 };
    const { sqlState: _ofTheProvider, ...report } = await test({ fields: fields.value });
    return report;
  },
});
