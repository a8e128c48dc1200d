import type { SourceEdit } from './source-edit.ts';

// Bugs that the checker must find. They are put into a running process for as long as one run lasts.

export type SeededBug = {
  readonly name: string;
  readonly what: string;
  readonly edits: readonly SourceEdit[];
};

const bug = <Name extends string>(name: Name, what: string, ...edits: readonly SourceEdit[]) => ({ name, what, edits });

const CANDIDATE = 'services/rotation-worker/src/activities/candidate.ts';

export const SEEDED_BUGS = [
  bug('revoke-early', 'the vault takes a revocation for proven as soon as the new version is committed', {
    file: 'services/vault/src/credential/awaited.ts',
    find: 'export const awaited = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] => [',
    put: 'export const awaited = (state: RegisteredCredential, rotation: Rotation, facts: Facts): readonly string[] => rotation.committedAt !== null ? [] : [',
  }),
  bug('ack-before-reload', 'a subscriber reports a version as working before it has changed to it', {
    file: 'libs/sdk/src/secret-keeper.ts',
    find: `      return this.#inTurn(() => this.#traced('secret.adopt', () => this.#adopt(candidate)));`,
    put: `{
        this.#reportUse(candidate, 'the probe passed', this.#deps.clock.elapsed());
        return this.#inTurn(() => this.#traced('secret.adopt', () => this.#adopt(candidate)));
      }`,
  }),
  bug(
    'drop-dedupe',
    'the vault runs a repeated command anew',
    {
      file: 'services/vault/src/log/plan-batch.ts',
      find: '  const known = draft.known.get(job.commandId);\n  if (known) return',
      put: `  const known = draft.known.get(job.commandId);\n  if (known && job.meta.actor.kind === 'service') return`,
    },
    {
      file: 'services/vault/src/adapters/postgres/write-plan.ts',
      find: 'c (id, fingerprint, verdict)`,',
      put: 'c (id, fingerprint, verdict) ON CONFLICT DO NOTHING`,',
    },
  ),
  bug('delete-candidate-early', 'the sweeper forgets a failed candidate without having it removed at the provider', {
    file: 'services/rotation-worker/src/sweeper/settle-candidate.ts',
    find: '    : revokeOrTell(deps, candidate, root, () => removeStaged(deps, candidate)));',
    put: '    : Promise.resolve());',
  }),
  bug('skip-outbox-row', 'the relay leaves one event out', {
    file: 'services/vault/src/adapters/nats/relay.ts',
    find: 'await stream.publish(events, cursor.sequence);',
    put: `const told = events.filter(({ type }) => type !== 'credential.evidence-recorded');
  if (told.length > 0) await stream.publish(told, cursor.sequence);
  cursor.sequence -= events.length - told.length;`,
  }),
  bug('ignore-epoch', 'the provider takes a change from a worker that was overtaken', {
    file: 'libs/providers/src/postgres/role-mark.ts',
    find: '  if (!mark) return ok(true);\n',
    put: '  return ok(true);\n',
  }),
  bug('checkpoint-outside-transaction', 'audit moves its checkpoint first, and stores the entries afterwards', {
    file: 'services/audit/src/adapters/postgres/entry-store.ts',
    find: '  const { rowCount } = await pool.query(APPEND, values);\n',
    put: `  const [first, second] = APPEND.replace('WITH moved AS (', '').split(')\\n  INSERT INTO entries');
  const { rows: moved } = await pool.query(first + '', values.slice(0, 5));
  if (moved.length === 0) return 'moved';
  if (events.some(({ entry }) => entry.type === 'credential.rotated')) await Reflect.get(globalThis, 'keyturnFaultPoint')('audit-moved', events.find(({ entry }) => entry.type === 'credential.rotated')?.entry.credentialId);
  const { rowCount } = await pool.query(
    ('INSERT INTO entries' + second).replace('SELECT moved.generation', 'SELECT $1::integer').replace('FROM moved,', 'FROM').replace('$6::json', '$2::json'),
    [moved[0].generation, values[5]],
  );
`,
  }),
  bug('forget-the-handle', 'the worker makes one token more, which carries no handle', {
    file: 'libs/providers/src/cloudflare/cloudflare-rotation.ts',
    find: '      return createToken(api, caller, { home, name, model: model.value.body.result, now: now() });',
    put: `      await createToken(api, caller, { home, name: 'a spare one', model: model.value.body.result, now: now() });
      return createToken(api, caller, { home, name, model: model.value.body.result, now: now() });`,
  }),
  bug('skip-erase', 'the worker denies the logins of an old role and leaves its password there', {
    file: 'libs/providers/src/postgres/revoke-login.ts',
    find: ' NOLOGIN PASSWORD NULL`',
    put: ' NOLOGIN`',
  }),
  bug('commit-twice', 'the vault records the commit of an epoch a second time', {
    file: 'services/vault/src/credential/decide-candidate.ts',
    find: `    make('ledger.settled', { version, outcome: 'committed' }),`,
    put: `    make('credential.rotated', { from: state.current, to: version, generation: nextGeneration(state), epoch, ...said }),
    make('ledger.settled', { version, outcome: 'committed' }),`,
  }),
  bug('log-a-secret', 'the worker writes a value that it was issued into its log', {
    file: CANDIDATE,
    find: '  const publicFields = { ...current.publicFields, ...issued.publicFields };',
    put: `  deps.log.info('candidate.issued', { issued: issued.secret.reveal()['token'] });
  const publicFields = { ...current.publicFields, ...issued.publicFields };`,
  }),
] as const satisfies readonly SeededBug[];

export type BugName = (typeof SEEDED_BUGS)[number]['name'];
