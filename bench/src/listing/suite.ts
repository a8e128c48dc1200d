import { CredentialList } from '@keyturn/contracts/api';
import { CREDENTIAL_SORTS, type CredentialSort } from '@keyturn/contracts/queries';
import { Client } from 'pg';
import type { BenchStack } from '../bench-stack.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import { seedCredentials, seededName } from '../seed-credentials.ts';
import { type BenchGateway, startGateway } from '../start-gateway.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { coldStart, growthOfReveals } from './growth.ts';

const LIST = '/api/v1/admin/credentials';
const PAGE = 50;
const DEEP = 100;
const PROMISED_MS = 50;
/** Autovacuum looks once a minute; until it has, the planner knows nothing of so many new rows. */
const SETTLE_MS = 120_000;

const ABOUT = [
  'A page of 50 from the HTTP API, read to its end: gateway, NATS, vault, Postgres and back, with its count.',
  'The floor: the same process reads 50 rows of the same table by its primary key, over a connection of its own.',
] as const;

type Case = { readonly name: string; readonly query: Readonly<Record<string, string>> };

const ORDERS = ['asc', 'desc'] as const;

/** Every sortable column, both ways; what people search; filters with and without another column's order. */
const CASES: readonly Case[] = [
  ...CREDENTIAL_SORTS.flatMap((sort) => ORDERS.map((order) => ({ name: `by ${sort}, ${order}`, query: { sort, order } }))),
  { name: 'search, one found', query: { search: seededName(4_242) } },
  { name: 'search, all found', query: { search: 'seeded', sort: 'updated', order: 'desc' } },
  { name: 'search, all found, by address', query: { search: 'seeded' } },
  { name: 'search, none found', query: { search: 'nothing-of-it' } },
  { name: 'search, two letters', query: { search: 'st' } },
  { name: 'search, a service', query: { search: 'stripe' } },
  { name: 'service, by update', query: { service: 'stripe', sort: 'updated', order: 'desc' } },
  { name: 'owner, by expiry', query: { owner: 'owner-7', sort: 'expires' } },
  { name: 'tag and label', query: { tag: 'team-7', search: 'environment=production' } },
  { name: 'untested, by age', query: { untested: 'true', sort: 'created' } },
];

/** The latency of lists at the gateway. */
export const listing = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const count = options.isQuick ? 5_000 : 100_000;
  const rounds = options.isQuick ? 5 : 31;
  const began = performance.now();
  const onProgress = (done: number): void => options.onProgress(`listing: ${done} registered`);
  const ids = await seedCredentials(stack.asGateway, { count, onProgress });
  const perSecond = Math.round((count * 1_000) / (performance.now() - began));
  options.onProgress(`listing: ${count} credentials registered, ${perSecond} a second`);
  const gateway = await startGateway(stack);
  const floor = new Client({ connectionString: stack.vaultUrl });
  try {
    await floor.connect();
    await analysed(floor, options);
    const figures = [await growthOfReveals({ stack, ids }, rounds), await coldStart(stack, options.isQuick ? 1 : 5)];
    for (const { name, query } of [...CASES, ...(await deepPages(gateway))]) {
      const [ours, floors] = await inTurns(
        rounds,
        () => gateway.get(pathOf(query)),
        () => readFloor(floor),
      );
      figures.push(
        figureOf({ name, unit: 'ms', ours, floor: floors, floorIs: 'SELECT … LIMIT 50 by primary key', promise: { underMs: PROMISED_MS } }),
      );
      options.onProgress(`listing: ${name} done`);
    }
    const about = [
      `${count.toLocaleString('en')} credentials, registered through the log at ${perSecond.toLocaleString('en')} a second.`,
      ...ABOUT,
    ];
    return { suite: 'Listing', about, figures };
  } finally {
    await floor.end();
    await gateway.stop();
  }
};

const pathOf = (query: Readonly<Record<string, string>>): string =>
  `${LIST}?${new URLSearchParams({ limit: String(PAGE), ...query }).toString()}`;

/** A column of each kind: the address itself, one that few values share, a time that all have, one that most lack, one of another table. */

/** A page far behind the first: paging by key makes it cost the same. */
const deepPage = async (gateway: BenchGateway, sort: CredentialSort, order: 'asc' | 'desc'): Promise<Case> => {
  let cursor: string | null = null;
  for (let page = 0; page < DEEP; page += 1) {
    const { nextCursor } = CredentialList.parse(await gateway.get(pathOf({ sort, order, ...(cursor === null ? {} : { cursor }) })));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return { name: `page ${DEEP} by ${sort}, ${order}`, query: { sort, order, ...(cursor === null ? {} : { cursor }) } };
};

const deepPages = async (gateway: BenchGateway): Promise<Case[]> => {
  const pages: Case[] = [];
  for (const sort of CREDENTIAL_SORTS) for (const order of ORDERS) pages.push(await deepPage(gateway, sort, order));
  return pages;
};

const readFloor = (floor: Client): Promise<unknown> =>
  floor.query({
    name: 'floor',
    text: `SELECT body FROM credentials WHERE credential_id > $1 ORDER BY credential_id LIMIT ${PAGE}`,
    values: ['5'],
  });

/** Waits for the server's own upkeep, which a running installation has had. */
const analysed = async (floor: Client, { isQuick, onProgress }: SuiteOptions): Promise<void> => {
  const until = performance.now() + (isQuick ? 0 : SETTLE_MS);
  while (performance.now() < until) {
    const { rows } = await floor.query<{ done: boolean }>(
      `SELECT bool_and(last_autovacuum IS NOT NULL AND last_autoanalyze IS NOT NULL AND n_ins_since_vacuum < n_live_tup / 10) AS done
       FROM pg_stat_user_tables WHERE relname IN ('credentials', 'credential_upkeep', 'credential_words')`,
    );
    if (rows[0]?.done === true) return;
    onProgress('listing: waiting for autovacuum');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
};

type Work = () => Promise<unknown>;

/** Ours, floor, ours, floor …, after one of each that doesn't count. */
const inTurns = async (rounds: number, ours: Work, floor: Work): Promise<[number[], number[]]> => {
  const taken = async (work: Work): Promise<number> => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  await ours();
  await floor();
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(await taken(ours));
    times[1].push(await taken(floor));
  }
  return times;
};
