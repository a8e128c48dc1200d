import { type Bus, RequestTimedOut, ServiceUnavailable as BusUnavailable, vaultClient as busVaultClient } from '@keyturn/bus';
import { VAULT_QUERIES_TABLE, type VaultQueryAnswer, type VaultQueryName } from '@keyturn/contracts/queries';
import { type Clock, Sensitive, ok } from '@keyturn/kernel';
import type { z } from 'zod';
import { OutcomeUnknown, ServiceUnavailable } from '../faults.ts';
import { GATEWAY_ACTOR } from '../identity/identity.ts';
import { QUERY_TIMEOUT_MS, HEALTH_TIMEOUT_MS } from './timeouts.ts';
import type { VaultClient } from './vault.ts';

/** The same table, in a type from which the compiler sees that a name's schema gives that name's answer. */
const ANSWERS: { readonly [Name in VaultQueryName]: { readonly answer: z.ZodType<VaultQueryAnswer<Name>> } } = VAULT_QUERIES_TABLE;

/** The vault behind NATS; secrets leave sealed over the gateway's link. */
export const natsVault = ({ bus, clock }: { readonly bus: Pick<Bus, 'request'>; readonly clock: Clock }): VaultClient => {
  const client = busVaultClient({ bus, clock, actor: GATEWAY_ACTOR });
  return {
    command: async (name, { data, secret, ...rest }) => {
      const sealed = secret ? { secret: new Sensitive({ fields: secret.fields.reveal() }) } : {};
      const answer = await client.command(name, data, { ...rest, ...sealed }).catch(rethrowOfCommand);
      return answer.ok ? ok(answer.value.value) : answer;
    },
    reveal: async ({ data, secret: _none, ...rest }) => {
      const wantsSecret = data.recipientKey === undefined;
      return client.command('credential.reveal', data, { ...rest, wantsSecret }).catch(rethrowOfCommand);
    },
    resolve: async (name, { data, secret: _none, ...rest }) =>
      client.command(name, data, { ...rest, wantsSecret: true }).catch(rethrowOfCommand),
    query: async (name, { actor, data }) => {
      const timeoutMs = name === 'health.check' ? HEALTH_TIMEOUT_MS : QUERY_TIMEOUT_MS;
      const answer = await client.query(name, data, { actor, timeoutMs }).catch(rethrowOfQuery);
      return answer.ok ? ok(ANSWERS[name].answer.parse(answer.value.value)) : answer;
    },
  };
};

const rethrowOfCommand = (fault: unknown): never => {
  if (fault instanceof RequestTimedOut) throw new OutcomeUnknown('the vault did not answer in time', { cause: fault });
  throw asUnavailable(fault);
};

/** Nothing happens in a query, so no answer in time is no answer at all. */
const rethrowOfQuery = (fault: unknown): never => {
  throw fault instanceof RequestTimedOut ? new ServiceUnavailable('vault', { cause: fault }) : asUnavailable(fault);
};

const asUnavailable = (fault: unknown): unknown =>
  fault instanceof BusUnavailable ? new ServiceUnavailable('vault', { cause: fault }) : fault;
