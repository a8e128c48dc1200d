/** The nearest-rank percentile: a value that was measured, never one in between. Null of nothing. */
export const percentile = (values: readonly number[], percent: number): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? null;
};

export type Spread = { readonly p50: number | null; readonly p99: number | null };

export const spreadOf = (values: readonly number[]): Spread => ({ p50: percentile(values, 50), p99: percentile(values, 99) });
