import { pages } from './strings-pages.ts';

/** The words about tests at the provider, about who had a secret, and about the audit log; part of `strings`. */
export const providerTests = {
  lead: 'Each test asks the provider whether it takes the value, and looks what its issuer, if it has one, lacks for rotating it. It changes nothing.',
  testNow: 'Test now',
  testing: 'Being tested at the provider…',
  loading: 'Reading the tests…',
  noTest: (why: string) => `It can’t be tested: ${why}`,
  table: 'Tests',
  columns: { at: 'When', version: 'Version', verdict: 'Verdict', sentence: 'What the provider says', why: 'Why', elapsed: 'Took' },
  why: { rotation: 'in a rotation', change: 'before it became current', asked: 'asked for', scheduled: 'once a day' },
  by: (who: string) => `by ${who}`,
  issuer: {
    nothing: 'Nothing was found missing at its issuer.',
    unseen: (what: string) => `Not all can be seen: ${what}`,
    lacking: 'Its issuer can’t rotate it yet.',
    unable: (why: string) => `Its issuer was not looked at: ${why}`,
    needed: { rotation: 'For a rotation', force: 'For a forced revoke', evidence: 'To see more of who uses it' },
  },
  empty: { title: 'Never tested', detail: 'Press “Test now”: what the provider says stands here, with its time.' },
} as const;

export const accessLog = {
  loading: 'Reading who had the secret…',
  table: 'Who had the secret',
  columns: { at: 'When', what: 'What', who: 'Who', credential: 'Credential', version: 'Version', why: 'Why' },
  what: {
    revealed: 'shown to a person',
    fetched: 'fetched by an instance',
    resolved: 'resolved by a program',
    'used-by-worker': 'used by the worker',
    compared: 'compared in the vault',
    verified: 'compared with a brought value',
    refused: 'refused',
  },
  from: (from: string) => `from ${from}`,
  times: (times: number) => `${times.toLocaleString()} times`,
  fields: (fields: readonly string[]) => fields.join(', '),
  environment: 'from the environment',
  older: 'Show older ones',
  empty: { title: 'Nobody had it yet', detail: 'Each reveal, fetch, resolve and refusal stands here before it is answered.' },
  policy: {
    label: 'People may have this secret shown',
    hint: 'Admins only, with a reason and a fresh sign-in. Services get it by their grants either way.',
    on: 'Admins may have it shown again',
    off: 'Nobody is shown it any more',
    failed: 'The policy was not changed',
  },
} as const;

export const auditLog = {
  title: pages.audit,
  lead: 'Everything that was decided, and everybody who had a secret, as the audit service witnessed it.',
  tabs: { entries: 'What happened', access: 'Who had secrets' },
  loading: 'Reading the audit log…',
  table: 'What happened',
  columns: { at: 'When', what: 'What', who: 'Who', about: 'About' },
  verdicts: { done: 'done', refused: 'refused', failed: 'failed' },
  filters: {
    region: 'Filters',
    text: 'Search the log',
    textPlaceholder: 'Type, person, address, IP address or request id',
    person: 'Person or program',
    personPlaceholder: 'Id or name',
    consumer: 'Consumer',
    consumerPlaceholder: 'orders',
    consumerWrong: 'A consumer’s name is in lower case, with digits and dashes',
    from: 'From',
    to: 'Before',
    clear: 'Clear',
  },
  older: 'Show older ones',
  projected: (position: number) => `audited up to #${position.toLocaleString()}`,
  noMatch: { title: 'Nothing matches', detail: 'No entry passes all of these filters.' },
  empty: { title: 'Nothing recorded yet', detail: 'Every command, refusal and read is listed here.' },
} as const;
