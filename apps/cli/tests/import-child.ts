import { parseFernetKey } from '@keyturn/imports';
import { Sensitive } from '@keyturn/kernel';
import type { ImportTarget } from '../src/import/import-target.ts';
import { isFailure } from '../src/import/import-report.ts';
import { runImport } from '../src/import/run-import.ts';
import { fernetTables } from '../src/sources/fernet-tables.ts';

// One import of a large source in a process of its own, whose heap is small: to see that it needs no more than that. What stands for the
// vault keeps only which credentials it was given.

const [, , databaseUrl = '', fernetKey = ''] = process.argv;
const given = new Map<string, string>();
const target: ImportTarget = {
  find: async (credentialId) => {
    const address = given.get(credentialId);
    return address === undefined ? null : { credentialId, address, current: 1, status: 'active' };
  },
  ownerOf: async () => null,
  register: async ({ credentialId, address }) => {
    given.set(credentialId, address);
    return 'registered';
  },
  holds: async () => 'equal',
  hasDefault: async () => true,
};
const key = parseFernetKey(fernetKey);
if (!key) throw new Error('no Fernet key');
const url = new Sensitive(databaseUrl);
const source = await fernetTables({ url, schema: undefined, keys: [key], name: 'ops', issuer: null });
const legacyScopeOf = async (id: string): Promise<string> => `user-${id}`;
const signal = new AbortController().signal;
const run = { source, target, legacyScopeOf, dryRun: false, onProgress: () => undefined, signal };
const first = await runImport({ ...run, retire: true });
const second = await runImport({ ...run, retire: true });
await source.close();
const failures = first.rows.filter(isFailure).map(({ reference, status }) => `${reference} ${status}`);
const told = { counts: first.counts, rows: first.rows.length, blanked: first.blanked, failures, again: second.counts, given: given.size };
process.stdout.write(JSON.stringify({ ...told, maxRssKb: process.resourceUsage().maxRSS }));
