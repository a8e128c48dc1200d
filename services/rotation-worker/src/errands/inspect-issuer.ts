import { setTimeout as wait } from 'node:timers/promises';
import type { IssuerInspection } from '@keyturn/contracts';
import type { Errand } from '@keyturn/contracts/queries';
import { givingWay, lacksOf, type MissingPrivilege, type OpenedFields, type SeenOfIssuer, TurnTooFar } from '@keyturn/providers';
import { accountOf, type ActivityDeps, providerFor, usernameOf } from '../activities/activity.ts';
import { describeFailure } from '../activities/failure.ts';
import { presentable } from '../rotation/scrub.ts';
import { whyTooFar } from './why-too-far.ts';

export type InspectDeps = Pick<ActivityDeps, 'vault' | 'providers' | 'log'> & {
  /** How long a test waits for it: somebody waits for the test. */
  readonly inspectMs?: number;
};

type Asked = Errand & { readonly issuer: NonNullable<Errand['issuer']> };

const PATIENCE_MS = 8_000;
const MOST = 20;
const LONGEST_STATEMENT = 1_000;

/** A statement that had to be cut would be no statement any more. */
const lackOf = ({ code, needed, sentence, statement }: MissingPrivilege): IssuerInspection['lacks'][number] => ({
  code,
  needed,
  sentence: presentable(sentence),
  ...(statement === undefined || statement.length > LONGEST_STATEMENT ? {} : { statement }),
});

type Outcome = Pick<IssuerInspection, 'lacks' | 'unseen' | 'unable'>;
const seen = ({ lacks, unseen }: SeenOfIssuer): Outcome => ({
  lacks: lacks.slice(0, MOST).map(lackOf),
  ...(unseen === undefined ? {} : { unseen: presentable(unseen) }),
});
const unable = (sentence: string): Outcome => ({ lacks: [], unable: presentable(sentence) });

/** As a rotation that is asked for now would find it. Only reads, and goes by itself where too many calls are before it. */
const ask = async (deps: InspectDeps, errand: Asked, current: OpenedFields): Promise<Outcome> => {
  const { credentialId, incarnation, epoch, fenceVersion, providerId: known } = errand;
  const provider = providerFor(deps, errand);
  const opened = await deps.vault.reveal({ credentialId, what: 'issuer' });
  if (!opened.ok) return unable(`The vault doesn't open the issuer for it (${opened.refusal.code}).`);
  const owner = provider.strategy === 'chosen' ? usernameOf(errand.issuer.owner) : undefined;
  const fence = { credentialId, incarnation, epoch: Math.max(1, epoch), version: fenceVersion };
  const input = { issuer: opened.value.fields, current, fence, owner, known };
  const inspected = lacksOf(await givingWay(() => provider.inspectIssuer(input), accountOf(opened.value)));
  return inspected.ok ? seen(inspected.value) : unable(inspected.refusal.sentence);
};

/** What became of it, always: what is wrong with the issuer, or with looking at it, is no reason to lose what the test said. */
const outcomeOf = async (deps: InspectDeps, errand: Asked, current: OpenedFields): Promise<Outcome> => {
  try {
    return await ask(deps, errand, current);
  } catch (error) {
    if (error instanceof TurnTooFar) return unable(`${whyTooFar(error)}.`);
    deps.log.warn('issuer.not-inspected', { credentialId: errand.credentialId, ...describeFailure(error) });
    return unable('The worker met a fault while it looked; its log says which.');
  }
};

/** Looks at the issuer of what was just tested, where the vault asks for that: could it rotate it? */
export const inspectIssuer = async (deps: InspectDeps, errand: Errand, current: OpenedFields): Promise<IssuerInspection | null> => {
  const { issuer } = errand;
  if (!issuer) return null;
  const over = new AbortController();
  const patience = wait(deps.inspectMs ?? PATIENCE_MS, unable('The provider took too long to say so.'), { signal: over.signal });
  const gaveUp = patience.catch(() => unable('It was given up.')); // aborted below, once nobody waits for it
  const outcome = await Promise.race([outcomeOf(deps, { ...errand, issuer }, current), gaveUp]);
  over.abort();
  return { issuerId: issuer.issuerId, ...outcome };
};
