import {
  commandSubject,
  HEADERS,
  querySubject,
  SealingKeys,
  type Actor,
  type CommandMessage,
  type QueryMessage,
  type Refusal,
  type SealedBox,
} from '@keyturn/contracts';
import type { Clock, Result, Sensitive } from '@keyturn/kernel';
import { aboutOf } from '@keyturn/sealing';
import type { Bus, Headers } from './bus.ts';
import { ServiceFault } from './faults.ts';
import { sealedRequester, type Answer } from './sealed-requester.ts';

export type CommandOptions = {
  /** A repeat with the same id is answered from the stored verdict and never runs again. */
  readonly commandId: string;
  /** On whose behalf; the vault takes another's word for it only from the gateway. */
  readonly actor?: Actor;
  /** A JSON value that leaves this process only sealed. */
  readonly secret?: Sensitive<unknown>;
  /** Sealed elsewhere, and passed on as it is; instead of `secret`. */
  readonly box?: SealedBox;
  /** The answer will hold a secret, sealed to this client. */
  readonly wantsSecret?: boolean;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** Refuse it where the credential is at another revision. */
  readonly ifRevision?: string;
  readonly traceparent?: string;
  readonly timeoutMs?: number;
};

export type QueryOptions = Pick<CommandOptions, 'actor' | 'traceparent' | 'timeoutMs'> & {
  /** The answer will hold a secret; the id binds the answer to this question. */
  readonly secretFor?: { readonly commandId: string };
};

/** Commands and queries to the vault, secrets sealed both ways. Throws the faults of `Bus.request`; refusals are returned. */
export interface VaultClient {
  /** `credential.register` and the like; `data` in clear, `secret` sealed. */
  readonly command: (type: string, data: unknown, options: CommandOptions) => Promise<Result<Answer, Refusal>>;
  readonly query: (type: string, data: unknown, options?: QueryOptions) => Promise<Result<Answer, Refusal>>;
}

export type VaultClientDeps = {
  readonly bus: Pick<Bus, 'request'>;
  /** Who acts where a call doesn't say. */
  readonly actor: Actor;
  readonly clock: Clock;
  /** Where the vault's sealing keys come from; by default its query `sealing-keys.list`. */
  readonly sealingKeys?: () => Promise<SealingKeys>;
  readonly pinnedIdentity?: string;
};

const TIMEOUT_MS = 10_000;

export const vaultClient = ({ bus, actor, clock, pinnedIdentity, sealingKeys }: VaultClientDeps): VaultClient => {
  const requester = sealedRequester({
    bus,
    clock,
    sealingKeys: sealingKeys ?? (() => askSealingKeys(bus, querySubject('vault', 'sealing-keys.list'), { actor, data: {} })),
    ...(pinnedIdentity !== undefined && { pinnedIdentity }),
  });

  return {
    command: (type, data, options) => {
      const { commandId, secret, box, wantsSecret, correlationId, causationId, ifRevision } = options;
      const causes = { ...(correlationId !== undefined && { correlationId }), ...(causationId !== undefined && { causationId }) };
      return requester.request({
        subject: commandSubject(type),
        commandId,
        about: aboutOf(data),
        secret,
        wantsSecret,
        body: (link): CommandMessage => {
          const sealed = box ?? link;
          const guard = ifRevision !== undefined && { ifRevision };
          return { commandId, actor: options.actor ?? actor, ...causes, data, ...guard, ...(sealed && { sealed }) };
        },
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        headers: headersOf(options.traceparent, commandId),
      });
    },
    query: (type, data, options = {}) => {
      const commandId = options.secretFor?.commandId;
      const id = commandId !== undefined && { commandId };
      return requester.request({
        subject: querySubject('vault', type),
        commandId: commandId ?? '',
        about: aboutOf(data),
        wantsSecret: commandId !== undefined,
        body: (sealed): QueryMessage => ({ ...id, actor: options.actor ?? actor, data, ...(sealed && { sealed }) }),
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        headers: headersOf(options.traceparent, commandId),
      });
    },
  };
};

/** Asks for the vault's sealing keys on a subject that answers with them: its query, or a subscriber's own `sealing-keys`. */
export const askSealingKeys = async (bus: Pick<Bus, 'request'>, subject: string, message: unknown): Promise<SealingKeys> => {
  const reply = await bus.request(subject, message, { timeoutMs: TIMEOUT_MS });
  if ('refusal' in reply) throw new ServiceFault(`${subject}: refused as ${reply.refusal.code}`);
  return SealingKeys.parse(reply.ok);
};

const headersOf = (traceparent: string | undefined, commandId: string | undefined): Headers => ({
  ...(traceparent !== undefined && { [HEADERS.traceparent]: traceparent }),
  ...(commandId !== undefined && { [HEADERS.commandId]: commandId }),
});
