import { credentialHistory, type CredentialHistory } from './credential-history.ts';
import { judgeLog } from './judge-log.ts';
import type { Failure, InstanceFacts, Outage, Role, RunFacts } from './run-facts.ts';

/** A try is excused that was under way while the server was down, however late its failure was written down; one begun after that is not. */
const isExcused = ({ began, at }: Failure, outages: readonly Outage[]): boolean =>
  outages.some(({ from, to }) => Date.parse(at) >= Date.parse(from) && Date.parse(began) <= Date.parse(to));

const judgeWorkload = (instances: readonly InstanceFacts[], outages: readonly Outage[]): string[] =>
  instances.flatMap(({ instance, loginsTried, failures }) => [
    ...(loginsTried > 0 ? [] : [`orders/${instance} tried no login, so it shows nothing`]),
    ...failures
      .filter((failure) => !isExcused(failure, outages))
      .map(({ kind, code, version, at }) => `orders/${instance} failed a ${kind} with version ${version} at ${at}: ${code}`),
  ]);

const judgeConvergence = (instances: readonly InstanceFacts[], { current }: CredentialHistory): string[] =>
  instances
    .filter(({ version, isAcknowledged }) => version !== current?.version || !isAcknowledged)
    .map(({ instance, version }) => `orders/${instance} is at version ${version}, and version ${current?.version} is current`);

const judgeEnds = (epochs: readonly number[], { ends }: CredentialHistory): string[] =>
  epochs.flatMap((epoch) => {
    const closed = ends.get(epoch) ?? [];
    if (closed.length === 0) return [`rotation ${epoch} is neither completed nor failed`];
    return closed.length === 1 ? [] : [`rotation ${epoch} ended more than once: ${closed.join(', ')}`];
  });

const judgeRole = ({ name, canLogIn, hasPassword, mark }: Role, { current, versions }: CredentialHistory): string[] => {
  if (name !== current?.username) {
    const owns = versions.some(({ username }) => username === name);
    const may = [...(canLogIn ? ['log in'] : []), ...(hasPassword ? ['prove a password'] : [])].join(' and ');
    return may === '' ? [] : [`the role ${name} can still ${may}, and ${owns ? 'its versions are over' : 'no version ever used it'}`];
  }
  const isMarked = current.epoch === null || mark?.split('\n').some((line) => line.endsWith(`.${current.epoch}:${current.version}`));
  return [
    ...(canLogIn && hasPassword ? [] : [`the role ${name} of the current version ${current.version} cannot log in`]),
    ...(isMarked ? [] : [`the role ${name} is marked "${mark ?? ''}", which is not the current version's mark`]),
  ];
};

const judgeCredential = (history: CredentialHistory, roles: readonly Role[]): string[] => {
  const { current, versions, ledger } = history;
  return [
    ...(current === null ? ['no version is current'] : []),
    ...(current?.isOver === true ? [`the current version ${current.version} is revoked`] : []),
    ...versions
      .filter(({ version, isOver }) => !isOver && version !== current?.version)
      .map(({ version }) => `version ${version} is neither current nor over`),
    ...ledger.map(({ version, providerId }) => `the ledger still owes version ${version} (${providerId})`),
    ...(roles.some(({ name }) => name === current?.username) ? [] : [`the role ${current?.username} is not there`]),
    ...roles.flatMap((role) => judgeRole(role, history)),
  ];
};

/** What is wrong with a run that has come to rest, one sentence each; nothing if all is as promised. */
export const judge = (facts: RunFacts): string[] => {
  const history = credentialHistory(facts.events, facts.credentialId);
  return [
    ...judgeEnds(facts.epochs, history),
    ...judgeWorkload(facts.instances, facts.outages),
    ...judgeConvergence(facts.instances, history),
    ...judgeCredential(history, facts.roles),
    ...judgeLog(facts),
  ];
};
