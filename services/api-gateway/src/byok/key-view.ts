import { partsOf } from '@keyturn/contracts';
import type { ByokKey, ByokTestResult, ByokUsage } from '@keyturn/contracts/api';
import type { CredentialSummary, DayOfUse, TestList } from '@keyturn/contracts/queries';

type Counts = Pick<DayOfUse, 'reveals' | 'resolutions' | 'fetches'>;
const NONE: Counts = { reveals: 0, resolutions: 0, fetches: 0 };

const plus = (a: Counts, b: Counts): Counts => ({
  reveals: a.reveals + b.reveals,
  resolutions: a.resolutions + b.resolutions,
  fetches: a.fetches + b.fetches,
});

/** Days of use, of one key or of many, as one sum and a sum for each day. */
export const usageOf = (days: readonly DayOfUse[]): ByokUsage => {
  const byDay = new Map<string, Counts>();
  for (const { day, ...counts } of days) byDay.set(day, plus(byDay.get(day) ?? NONE, counts));
  const by_day = [...byDay].toSorted(([a], [b]) => a.localeCompare(b)).map(([day, counts]) => ({ day, ...counts }));
  return { ...by_day.reduce<Counts>(plus, NONE), by_day };
};

type Tested = { readonly last_tested_at: string | null; readonly test_status: ByokTestResult['test_status'] };

/** How the value that is in use did when it was last tested. */
export const testedOf = ({ current }: Pick<CredentialSummary, 'current'>, { noTestBecause, open, items }: TestList): Tested => {
  const last = items.find(({ version }) => version === current);
  const last_tested_at = last?.at ?? null;
  if (current === null || open !== null) return { last_tested_at, test_status: 'testing' };
  if (last) return { last_tested_at, test_status: last.verdict };
  return { last_tested_at, test_status: noTestBecause === null ? 'untested' : 'no-test' };
};

export const keyOf = (summary: CredentialSummary, tests: TestList, days: readonly DayOfUse[]): ByokKey => {
  const { credentialId, address, displayName, publicFields, masks, status, isDefault, registeredAt } = summary;
  const { service, name } = partsOf(address);
  return {
    key_id: credentialId,
    provider: service,
    name,
    label: displayName ?? publicFields['label'] ?? null,
    endpoint: publicFields['endpoint'] ?? null,
    enabled: status === 'active',
    is_default: isDefault,
    key_preview: masks['apiKey'] ?? null,
    added_at: registeredAt,
    ...testedOf(summary, tests),
    usage: usageOf(days.filter((day) => day.credentialId === credentialId)),
  };
};
