import { userScope } from '@keyturn/contracts/scopes';
import type { FoundCredential, SourceItem } from '@keyturn/imports';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ProblemAnswer } from '../connection/gateway.ts';
import { memoryTarget, type MemoryTarget } from '../testing/memory-target.ts';
import { type ImportReport, isFailure } from './import-report.ts';
import { runImport } from './run-import.ts';

const found = (reference: string, more: Partial<FoundCredential> = {}): FoundCredential => ({
  kind: 'found',
  reference,
  owner: { kind: 'system' },
  service: 'Stripe',
  name: 'api_key',
  credentialType: 'stripe_secret_key',
  publicFields: {},
  secretFields: new Sensitive({ secretKey: `sk_test_${reference.replaceAll('/', '')}000000` }),
  history: {},
  remarks: [],
  ...more,
});
const another = (reference: string): FoundCredential =>
  found(reference, { secretFields: new Sensitive({ secretKey: 'sk_test_another00000' }) });

/** Pages of one row: whatever goes for all rows must not need them together. */
async function* pagesOf(items: readonly SourceItem[]): AsyncGenerator<readonly SourceItem[]> {
  for (const item of items) yield await Promise.resolve([item]);
}

type Options = { dryRun?: boolean; retire?: boolean; issuer?: string | null; blanked?: string[] };

const importInto = (target: MemoryTarget, items: readonly SourceItem[], options: Options = {}): Promise<ImportReport> => {
  const { dryRun = false, retire = false, issuer = null, blanked = [] } = options;
  const source = {
    kind: 'fernet' as const,
    name: 'ops',
    issuer,
    pages: () => pagesOf(items),
    retire: async (references: readonly string[]) => {
      blanked.push(...references);
      return { rows: references.map((reference) => ({ reference, done: true })), next: [] };
    },
    close: async () => undefined,
  };
  const legacyScopeOf = async (id: string): Promise<string> => `user-mapped-${id}`;
  return runImport({ source, target, legacyScopeOf, dryRun, retire, onProgress: () => undefined, signal: new AbortController().signal });
};
const statuses = ({ rows }: ImportReport): string[] => rows.map(({ status }) => status);

describe('an import', () => {
  it('puts several of one service side by side, and makes the one that was used last the default', async () => {
    const target = memoryTarget();
    const older = found('t/1', { history: { lastUsedAt: '2025-01-01T00:00:00.000Z' } });
    const newer = found('t/2', { history: { lastUsedAt: '2025-02-01T00:00:00.000Z' } });
    await importInto(target, [older, newer]);
    expect(
      target.kept.map(({ address, isDefault }) => [address, isDefault]).toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['system.stripe.api-key', false],
      ['system.stripe.api-key-2', true],
    ]);
  });

  it('says which name was taken by which row, and what it is now', async () => {
    const target = memoryTarget();
    const items = [found('t/1'), found('t/2')];
    const told = 'The address system.stripe.api-key is that of t/1; this row’s is system.stripe.api-key-2.';
    for (const dryRun of [true, false]) {
      const { rows } = await importInto(target, items, { dryRun });
      expect(rows[1]).toMatchObject({ address: 'system.stripe.api-key-2', sentences: [told] });
      expect(rows[0]?.sentences.join()).not.toContain('address');
    }
  });

  it('says where a row went whose address another credential has', async () => {
    const target = memoryTarget();
    await importInto(target, [found('t/9')]);
    const told = 'system.stripe.api-key is another credential’s address; this row’s is system.stripe.api-key-1.';
    for (const dryRun of [true, false]) {
      const { rows } = await importInto(target, [found('t/1')], { dryRun });
      expect(rows[0]).toMatchObject({ address: 'system.stripe.api-key-1', sentences: [told] });
    }
  });

  it('finds on its second run what the first one brought, also where a row before it can be read only now', async () => {
    const target = memoryTarget();
    const unreadable: SourceItem = { kind: 'wrong-key', reference: 't/1', sentence: 'None of the keys.' };
    expect(statuses(await importInto(target, [unreadable, found('t/2')]))).toEqual(['wrong-key', 'imported']);
    const second = await importInto(target, [found('t/1'), found('t/2')]);
    expect(statuses(second)).toEqual(['imported', 'already-there']);
    expect(second.rows.map(({ address }) => address)).toEqual(['system.stripe.api-key-1', 'system.stripe.api-key']);
  });

  it('takes the same value under another id as already there', async () => {
    const target = memoryTarget();
    const { secretFields: fields } = found('t/1');
    const typed = { credentialId: 'by-hand', address: 'system.stripe.api-key', isDefault: false, publicFields: {}, fields };
    await target.register({ ...typed, credentialType: 'stripe_secret_key', origin: { kind: 'import', source: 'env', reference: 'x' } });
    for (const dryRun of [true, false]) {
      const report = await importInto(target, [found('t/1')], { dryRun });
      expect(report.rows[0]).toMatchObject({ status: 'already-there', credentialId: 'by-hand' });
    }
  });

  it('takes the credentials of a user of the older system to whom that user is', async () => {
    const target = memoryTarget();
    const [own, other] = [found('t/1'), found('t/2')].map((item) => ({ ...item, owner: { kind: 'legacy-user' as const, id: 'u7' } }));
    await importInto(target, [own!]);
    expect(target.kept[0]).toMatchObject({ address: 'user-mapped-u7.stripe.api-key', owner: 'u7' });
    await importInto(target, [other!], { issuer: 'https://sso.example/realms/main' });
    expect(target.kept[1]?.address).toBe(`${userScope('https://sso.example/realms/main', 'u7')}.stripe.api-key`);
  });

  it('does not bring back what was deleted in Keyturn since, nor retire it', async () => {
    const target = memoryTarget();
    const blanked: string[] = [];
    await importInto(target, [found('t/1')]);
    target.deleted.add(target.kept[0]!.credentialId);
    expect(statuses(await importInto(target, [found('t/1')], { retire: true, blanked }))).toEqual(['skipped']);
    expect(blanked).toEqual([]);
  });

  it('goes on after a row that the vault can’t open, and leaves that row in the source', async () => {
    const target = memoryTarget();
    await importInto(target, [found('t/1'), found('t/2', { name: 'other' })]);
    const unreadable = target.kept.find(({ address }) => address === 'system.stripe.api-key')?.credentialId;
    const problem = { type: '', title: 'The stored version does not open', status: 500, code: 'version-unreadable', instance: '' };
    const broken: MemoryTarget = {
      ...target,
      holds: async (id, ...more) => {
        if (id === unreadable) throw new ProblemAnswer('broken', problem);
        return target.holds(id, ...more);
      },
    };
    const blanked: string[] = [];
    const report = await importInto(broken, [found('t/1'), found('t/2', { name: 'other' })], { retire: true, blanked });
    expect(statuses(report)).toEqual(['failed', 'already-there']);
    expect(blanked).toEqual(['t/2']);
  });

  it.each([
    ['gone', 'the imported version is gone'],
    ['not-allowed', 'Keyturn doesn’t let this token compare the value'],
  ] as const)('says why nothing was compared where that is %s, and leaves the row in the source', async (holds, why) => {
    const target = memoryTarget();
    const blanked: string[] = [];
    await importInto(target, [found('t/1')]);
    const report = await importInto({ ...target, holds: async () => holds }, [found('t/1')], { retire: true, blanked });
    expect(report.rows[0]).toMatchObject({ status: 'already-there', retired: 'left' });
    expect(report.rows[0]?.sentences.map((sentence) => sentence.includes(why))).toEqual([true, true]);
    expect(blanked).toEqual([]);
  });

  it('changes nothing in a dry run', async () => {
    const target = memoryTarget();
    const blanked: string[] = [];
    const report = await importInto(target, [found('t/1')], { dryRun: true, retire: true, blanked });
    expect(report.rows[0]).toMatchObject({ status: 'would-import', retired: 'would-blank' });
    expect([target.kept, blanked]).toEqual([[], []]);
  });

  it('says which field of a row does not fit, and not what it holds', async () => {
    const report = await importInto(memoryTarget(), [found('t/1', { secretFields: new Sensitive({ secretKey: 'pk_wrong' }) })]);
    expect(report.rows[0]).toMatchObject({ status: 'refused', sentences: [expect.stringContaining('[fields-invalid]')] });
    expect(JSON.stringify(report)).not.toContain('pk_wrong');
  });

  it('retires only what the vault holds, never a row that was changed since', async () => {
    const target = memoryTarget();
    await importInto(target, [found('t/1'), found('t/2', { name: 'other' })]);
    const blanked: string[] = [];
    const report = await importInto(target, [another('t/1'), found('t/2', { name: 'other' })], { retire: true, blanked });
    expect(statuses(report)).toEqual(['differs', 'already-there']);
    expect(blanked).toEqual(['t/2']);
  });

  it('says in a dry run what it would blank, and blanks nothing', async () => {
    const target = memoryTarget();
    const blanked: string[] = [];
    const dry = await importInto(target, [found('t/1')], { dryRun: true, retire: true, blanked });
    expect([dry.rows[0]?.retired, dry.blanked, blanked]).toEqual(['would-blank', 0, []]);
  });

  it('leaves a place alone that holds other values too, and says so already in a dry run', async () => {
    const target = memoryTarget();
    const blanked: string[] = [];
    const shared = found('t/1', { staysBecause: 'it holds other values too' });
    const dry = await importInto(target, [shared], { dryRun: true, retire: true, blanked });
    const report = await importInto(target, [shared, found('t/2', { name: 'other' })], { retire: true, blanked });
    for (const { rows } of [dry, report]) {
      expect(rows[0]).toMatchObject({
        retired: 'left',
        sentences: expect.arrayContaining(['Left in the source: it holds other values too.']),
      });
      expect(isFailure(rows[0]!)).toBe(true);
    }
    expect(blanked).toEqual(['t/2']);
  });

  it('leaves a row alone that came or was changed while it ran, and says so', async () => {
    const target = memoryTarget();
    let reads = 0;
    const pages = () =>
      pagesOf((reads += 1) === 1 ? [found('t/1'), found('t/2')] : [found('t/1', { service: 'Other' }), found('t/2'), found('t/3')]);
    const source = {
      kind: 'fernet' as const,
      name: 'ops',
      issuer: null,
      pages,
      retire: async () => ({ rows: [], next: [] }),
      close: async () => undefined,
    };
    const signal = new AbortController().signal;
    const legacyScopeOf = async (id: string): Promise<string> => id;
    const report = await runImport({ source, target, legacyScopeOf, dryRun: false, retire: false, onProgress: () => undefined, signal });
    expect(statuses(report)).toEqual(['failed', 'imported', 'failed']);
    expect(report.rows[0]?.sentences).toEqual([expect.stringContaining('run the same command again')]);
    expect(target.kept).toHaveLength(1);
  });
});
