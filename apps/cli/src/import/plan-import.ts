import { addressFrom, type Origin, partsOf } from '@keyturn/contracts';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import type { FoundCredential, SourceItem, SourceOwner } from '@keyturn/imports';
import { derivedUuid } from '@keyturn/sealing';
import { CliFailure } from '../cli-failure.ts';

export type Collision = { readonly wanted: string; readonly takenBy: string };

/** A found credential with all that is settled before anybody is asked. */
export type PlannedCredential = {
  readonly found: FoundCredential;
  /** Follows from where the row is, so a second run finds what the first one made. */
  readonly credentialId: string;
  readonly address: string;
  /** The address that its own names give, where an earlier row of the source has that one. */
  readonly collision?: Collision;
  /** Where it goes if somebody else has `address`. */
  readonly otherAddress: string;
  /** Of several of one service, the one that was used last. */
  readonly mayBeDefault: boolean;
  readonly origin: Origin;
};

export type PlannedItem = { readonly item: PlannedItemWithout; readonly credentialId: string } | PlannedCredential;

export type ImportPlanOptions = {
  readonly kind: Origin['source'];
  /** Tells this source from others of its kind. */
  readonly source: string;
  /** The sign-in provider whose subjects the source names; null where nobody said. */
  readonly issuer: string | null;
  /** Where the credentials of users whom only the older system's ids name go. */
  readonly legacyScopes: ReadonlyMap<string, string>;
};

const MOST_NAME = 63;

const scopeOf = (owner: SourceOwner, { issuer, legacyScopes }: ImportPlanOptions): string => {
  if (owner.kind === 'system') return 'system';
  if (owner.kind === 'legacy-user') {
    return issuer === null ? (legacyScopes.get(owner.id) ?? legacyUserScope(owner.id)) : userScope(issuer, owner.id);
  }
  if (issuer === null) throw new CliFailure('usage', 'Say by --issuer (or KEYTURN_OIDC_ISSUER) which issuer’s users these are.');
  return userScope(issuer, owner.subject);
};

/** The same name with the row's own mark, for when the name is another's. */
const marked = (address: string, { reference }: Pick<FoundCredential, 'reference'>): string => {
  const { scope, service, name } = partsOf(address);
  const mark = partsOf(addressFrom({ scope, service, name: reference.split('/').slice(-1).join('') })).name.slice(0, 30);
  return `${scope}.${service}.${name.slice(0, MOST_NAME - 1 - mark.length)}-${mark}`;
};

const lastUseOf = ({ history }: FoundCredential): string => history.lastUsedAt ?? history.addedAt ?? '';
const serviceOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));

type PlannedItemWithout = Exclude<SourceItem, FoundCredential>;

/** What of a found row has to be known of all rows at once: nothing of its value. */
export type Outline = Pick<FoundCredential, 'reference' | 'owner' | 'service' | 'name'> & { readonly lastUse: string };

export const outlineOf = (found: FoundCredential): Outline => {
  const { reference, owner, service, name } = found;
  return { reference, owner, service, name, lastUse: lastUseOf(found) };
};

type Placed = Outline & { readonly address: string; readonly collision?: Collision };

/** References: of each service with several credentials, the one that was used last. */
const defaultsAmong = (placed: readonly Placed[]): ReadonlySet<string> => {
  const groups = Map.groupBy(placed, ({ address }) => serviceOf(address));
  const several = [...groups.values()].filter((group) => group.length > 1);
  const newest = several.map((group) => group.toSorted((a, b) => b.lastUse.localeCompare(a.lastUse))[0]?.reference);
  return new Set(newest.filter((reference) => reference !== undefined));
};

const isAsOutlined = (found: FoundCredential, outline: Outline): boolean => {
  const { owner, service, name } = outlineOf(found);
  return service === outline.service && name === outline.name && JSON.stringify(owner) === JSON.stringify(outline.owner);
};

export type ImportPlan = {
  /** Settles a row when its turn comes. Null: it is not what it was when the plan was made, so what goes for it is not known. */
  settle(item: SourceItem): Promise<PlannedItem | null>;
};

/** Settles addresses and defaults of a source's rows, the same way for the same source each time. */
export const planImport = (outlines: readonly Outline[], options: ImportPlanOptions): ImportPlan => {
  const { kind, source } = options;
  const taken = new Map<string, string>();
  const placed = outlines.map((outline): Placed => {
    const plain = addressFrom({ scope: scopeOf(outline.owner, options), service: outline.service, name: outline.name });
    const takenBy = taken.get(plain);
    const address = takenBy === undefined ? plain : marked(plain, outline);
    taken.set(address, outline.reference);
    return { ...outline, address, ...(takenBy === undefined ? {} : { collision: { wanted: plain, takenBy } }) };
  });
  const defaults = defaultsAmong(placed);
  const byReference = new Map(placed.map((each) => [each.reference, each]));
  return {
    settle: async (item) => {
      const { reference } = item;
      const credentialId = await derivedUuid('import', kind, source, reference);
      if (item.kind !== 'found') return { item, credentialId };
      const outline = byReference.get(reference);
      if (!outline || !isAsOutlined(item, outline)) return null;
      const { address, collision } = outline;
      const origin: Origin = { kind: 'import', source: kind, reference: `${source}/${reference}`.slice(0, 300), ...item.history };
      const otherAddress = marked(address, item);
      const settled = { found: item, address, credentialId, otherAddress, mayBeDefault: defaults.has(reference), origin };
      return collision === undefined ? settled : { ...settled, collision };
    },
  };
};
