import { type Actor, partsOf, type Reply } from '@keyturn/contracts';
import { ResolvedExecutionServer, type VaultCommandData } from '@keyturn/contracts/commands';
import type { ExecutionServerEvent } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { chooseExecutionServer, serversOf } from '../execution-servers/choose.ts';
import { decideRemove, decideSet } from '../execution-servers/decide.ts';
import { type ExecutionServers, serverContent } from '../execution-servers/state.ts';
import { executionServersFold, streamOf } from '../folds.ts';
import { admitProgram, type Deps } from './for-consumer.ts';
import { openGiven, recordGiven, refuseGivenAgain } from './give-current.ts';
import { refuseSending } from './moved-secret.ts';
import { shownAs } from './on-behalf-of.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { refuseUnlessSeen } from './seen-revision.ts';

type Of = { readonly scope: string; readonly serverId: string };
type Decide = (servers: ExecutionServers) => Result<readonly ExecutionServerEvent[], Refusal>;

const submit = async (deps: VaultDeps, opened: Opened, { scope, serverId }: Of, decide: Decide): Promise<Reply> => {
  const verdict = await deps.log.submit(executionServersFold, {
    ...jobOf(deps, opened),
    stream: streamOf.executionServers(scope),
    decide: (servers, { now }) => {
      const stored = servers.find((server) => server.serverId === serverId);
      const changed = refuseUnlessSeen(stored ? serverContent(stored) : null, opened.ifRevision);
      if (changed) return refuse(changed);
      const events = decide(servers);
      if (!events.ok) return events;
      const updatedAt = events.value.length === 0 && stored ? stored.updatedAt : now;
      return ok({ events: events.value, verdict: { scope, serverId, updatedAt } });
    },
  });
  return replyOf(verdict);
};

/**
 * Why a server may not have the credential at this URL, or null. Whoever says where a secret is sent must be whose it is, and needs what a
 * reveal needs: a server takes a credential of its own scope, and one that is there with the same URL already is nobody's new word.
 */
const refuseCredential = async (
  deps: VaultDeps,
  actor: Actor,
  scope: string,
  { serverId, credential, baseUrl }: VaultCommandData<'execution-server.set'>,
): Promise<Refusal | null> => {
  if (credential === null) return null;
  const credentialId = partsOf(credential).scope === scope ? await deps.table.idOf(credential) : null;
  if (credentialId === null) return { code: 'credential-elsewhere', address: credential };
  const stored = (await serversOf(deps, scope)).find((server) => server.serverId === serverId);
  const isStored = stored?.credential === credential && stored.baseUrl === baseUrl;
  return isStored ? null : refuseSending(deps, actor, credentialId);
};

/** Sets up an execution server, or replaces it. */
export const setExecutionServer = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'execution-server.set'>,
): Promise<Reply> => {
  const { scope, ...wanted } = data;
  const refusal = await refuseCredential(deps, opened.actor, scope, data);
  if (refusal) return { refusal };
  return submit(deps, opened, { scope, serverId: wanted.serverId }, (servers) => decideSet(servers, scope, wanted));
};

export const removeExecutionServer = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'execution-server.remove'>): Promise<Reply> =>
  submit(deps, opened, data, (servers) => decideRemove(servers, data.scope, data.serverId));

/** Gives a program the execution server that it is to use, with the value of its credential: by its grant, recorded before it is answered. */
export const resolveExecutionServer = async (
  deps: Deps,
  opened: Opened,
  data: VaultCommandData<'execution-server.resolve'>,
): Promise<Reply> => {
  if (!opened.request.canSeal) return { refusal: { code: 'link-unknown' } };
  const program = await admitProgram(deps, opened, { ...data, action: 'execution-server.resolve' });
  if (!('scope' in program)) return program;
  const chosen = await chooseExecutionServer(deps, program.scope);
  if (!chosen.ok) return { refusal: chosen.refusal };
  const { credential, isOwn, serverId } = chosen.value;
  const withheld = await program.withheld(chosen.value);
  if (withheld) return withheld;
  if (credential === null) return opened.request.answer({ ...chosen.value, version: null }, new Sensitive({}));
  const what = `the execution server ${serverId}: ${isOwn ? `the user’s own${shownAs(data.user)}` : 'the system’s'}`;
  const verdict = await recordGiven(deps, opened, {
    ...credential,
    consumer: data.consumer,
    tokenId: program.tokenId,
    what,
    verdict: () => chosen.value,
  });
  if ('refusal' in verdict) return program.refused(verdict.refusal, { address: credential.address });
  const resolved = ResolvedExecutionServer.parse(verdict.ok);
  // A repeat gets what it got before, so its grant is looked at again, and whether it is still to be had.
  const lost = await program.withheld(resolved);
  if (lost) return lost;
  const tooLate = await refuseGivenAgain(deps, verdict);
  if (tooLate) return program.refused(tooLate, { address: credential.address });
  if (resolved.credential === null || resolved.version === null) throw new Error(`nothing of ${serverId} was given`);
  const fields = await openGiven(deps, resolved.credential.credentialId, resolved.version);
  return opened.request.answer(resolved, new Sensitive({ fields }));
};
