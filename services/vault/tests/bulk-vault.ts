import type { Actor } from '@keyturn/contracts';
import { BulkRotationView } from '@keyturn/contracts/queries';
import { type Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { postgresBulkRotationTable } from '../src/adapters/postgres/bulk-rotation-table.ts';
import type { AdvanceDeps } from '../src/bulk-rotations/advance-bulks.ts';
import { asking, secretOf, WORKER } from './ask-vault.ts';
import { ADMIN, FIELDS, type TestVault } from './test-vault.ts';

/** What tests of bulk rotations ask of a vault, and what its looks stand on. */
export const bulkVault = (vault: () => TestVault) => {
  const { ask } = asking(vault);
  const done = async (type: string, data: object, actor: Actor = ADMIN, secret?: Sensitive<unknown>): Promise<Record<string, unknown>> => {
    const answer = await ask(type, data, actor, secret ? { secret } : {});
    if ('refusal' in answer) throw new Error(`${type}: ${JSON.stringify(answer.refusal)}`);
    return answer.value;
  };
  const query = async (type: string, data: object): Promise<unknown> => {
    const answer = await vault().client(ADMIN).query(type, data);
    if (!answer.ok) throw new Error(answer.refusal.code);
    return answer.value.value;
  };
  return {
    ask,
    done,
    query,
    /** A password of a database, which nobody tests first. */
    register: async (address: string, issuer: string | null, policy: object = {}): Promise<string> => {
      const credentialId = uuidv7();
      const data = { credentialId, address, credentialType: 'database_password', publicFields: FIELDS, issuer, untested: 'import', policy };
      await done('credential.register', data, ADMIN, secretOf('x'));
      return credentialId;
    },
    start: async (wish: object): Promise<string> => String((await done('bulk-rotation.request', wish))['bulkId']),
    read: async (bulkId: string, more: object = {}): Promise<BulkRotationView> =>
      BulkRotationView.parse(await query('bulk-rotation.get', { bulkId, limit: 500, ...more })),
    fail: (credentialId: string, epoch = 1) =>
      done('epoch.fail', { credentialId, epoch, step: 'stage', reasonCode: 'provider-down', sentence: 'It is down.' }, WORKER),
    deps: (): AdvanceDeps => ({
      log: vault().log,
      bulks: postgresBulkRotationTable(vault().pool),
      hold: { restore: () => null },
      clock: systemClock,
      newId: uuidv7,
      logger: silentLogger,
    }),
  };
};
