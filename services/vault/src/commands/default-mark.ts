import { partsOf } from '@keyturn/contracts';
import type { VaultDeps } from '../deps.ts';
import { defaultFold, streamOf } from '../folds.ts';
import type { DecisionContext, NewEvent, StreamFold, Write } from '../ports/command-log.ts';
import { addressById } from './reach.ts';

/** A credential, by its id and its address, which never change. */
export type Marked = { readonly credentialId: string; readonly address: string };
type Mark = { readonly events: readonly NewEvent[]; readonly writes: readonly Write[] };

const NOTHING: Mark = { events: [], writes: [] };

/** The mark has one stream for each service in each scope, so its last event is the truth. */
const streamOfMark = (address: string): string => {
  const { scope, service } = partsOf(address);
  return streamOf.default(scope, service);
};

const markWith = (type: 'default.set' | 'default.cleared', { credentialId, address }: Marked): Mark => {
  const { scope, service } = partsOf(address);
  return {
    events: [{ type, data: { scope, service, credentialId, address }, stream: streamOfMark(address) }],
    writes: [{ kind: 'default', scope, service, credentialId: type === 'default.set' ? credentialId : null }],
  };
};

/** What a job `reads` that has to do with the mark. */
export const readsMark = ({ address }: Pick<Marked, 'address'>): StreamFold[] => [{ fold: defaultFold, stream: streamOfMark(address) }];

/** Which credential has the mark, under the append lock; null: none. */
export const holderOfMark = ({ address }: Pick<Marked, 'address'>, { state }: Pick<DecisionContext, 'state'>): string | null =>
  state(defaultFold, streamOfMark(address));

/** The mark as it is wanted for a credential; nothing where it is so already. */
export const markAs = (of: Marked, wanted: boolean, context: Pick<DecisionContext, 'state'>): Mark => {
  const has = holderOfMark(of, context) === of.credentialId;
  if (wanted === has) return NOTHING;
  return markWith(wanted ? 'default.set' : 'default.cleared', of);
};

/** As it is known by its id alone; null where there is no such credential. */
export const markedById = async (deps: Pick<VaultDeps, 'log'>, credentialId: string): Promise<Marked | null> => {
  const address = await addressById(deps, credentialId);
  return address === null ? null : { credentialId, address };
};
