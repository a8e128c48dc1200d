import { addressFrom, type Origin, partsOf } from '@keyturn/contracts';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import type { FoundCredential, SourceItem, SourceOwner } from '@keyturn/imports';
import { derivedUuid } from '@keyturn/sealing';
import { CliFailure } from '../cli-failure.ts';

/** A found credential with all that is settled before anybody is asked. */
export type PlannedCredential = {
  readonly found: FoundCredential;
  /** Follows from where the row is, so a second run finds what the first one made. */
  readonly credentialId: string;
  readonly address: string;
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
const marked = (address: string, { reference }: FoundCredential): string => {
  const { scope, service, name } = partsOf(address);
  const mark = partsOf(addressFrom({ scope, service, name: reference.split('/').slice(-1).join('') })).name.slice(0, 30);
  return `${scope}.${service}.${name.slice(0, MOST_NAME - 1 - mark.length)}-${mark}`;
};

const lastUse = ({ history }: FoundCredential): string => history.lastUsedAt ?? history.addedAt ?? '';
const serviceOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));

type PlannedItemWithout = Exclude<SourceItem, FoundCredential>;
type Placed = { readonly found: FoundCredential; readonly address: string };

/** Of each service with several credentials, the one that was used last. */
const defaultsAmong = (planned: readonly Placed[]): ReadonlySet<FoundCredential> => {
  const groups = Map.groupBy(planned, ({ address }) => serviceOf(address));
  const several = [...groups.values()].filter((group) => group.length > 1);
  const newest = several.map((group) => group.toSorted((a, b) => lastUse(b.found).localeCompare(lastUse(a.found)))[0]?.found);
  return new Set(newest.filter((found) => found !== undefined));
};

/** Settles ids, addresses and defaults of a source's rows, the same way for the same source each time. */
export const planImport = async (items: readonly SourceItem[], options: ImportPlanOptions): Promise<readonly PlannedItem[]> => {
  const { kind, source } = options;
  const taken = new Set<string>();
  const placed = items.map((item): { readonly item: PlannedItemWithout } | Placed => {
    if (item.kind !== 'found') return { item };
    const plain = addressFrom({ scope: scopeOf(item.owner, options), service: item.service, name: item.name });
    const address = taken.has(plain) ? marked(plain, item) : plain;
    taken.add(address);
    return { found: item, address };
  });
  const defaults = defaultsAmong(placed.flatMap((each) => ('found' in each ? [each] : [])));
  return Promise.all(
    placed.map(async (each): Promise<PlannedItem> => {
      const { reference } = 'found' in each ? each.found : each.item;
      const credentialId = await derivedUuid('import', kind, source, reference);
      if ('item' in each) return { item: each.item, credentialId };
      const { found, address } = each;
      const origin: Origin = { kind: 'import', source: kind, reference: `${source}/${reference}`.slice(0, 300), ...found.history };
      return { found, address, credentialId, otherAddress: marked(address, found), mayBeDefault: defaults.has(found), origin };
    }),
  );
};
