import { AccessEvent, Recorded } from '@keyturn/contracts/events';
import type { AccessOfCredential } from '@keyturn/contracts/queries';
import { whoIs } from './who.ts';

/** The types of event that an access log is made of. */
export const ACCESS_TYPES = [
  'secret.revealed',
  'secret.compared',
  'secret.verified',
  'access.refused',
  'environment.used',
] as const satisfies readonly AccessEvent['type'][];

type Told = Pick<AccessOfCredential, 'what' | 'version' | 'fields' | 'why' | 'times'>;
type Revealed = Extract<AccessEvent, { type: 'secret.revealed' }>['data'];

/** A person gives a reason; a consumer resolves or fetches; the worker does what a rotation needs. */
const whatOf = ({ reason, purpose, recipient }: Revealed): AccessOfCredential['what'] => {
  if (reason !== undefined) return 'revealed';
  if (recipient === 'rotation-worker') return 'used-by-worker';
  return purpose.startsWith('resolve ') ? 'resolved' : 'fetched';
};

const tell = ({ type, data }: AccessEvent): Told | null => {
  const once = { fields: null, times: 1 };
  switch (type) {
    case 'secret.revealed':
      return { ...once, what: whatOf(data), version: data.version, fields: data.fields ?? null, why: data.reason ?? data.purpose };
    case 'secret.compared':
      return { ...once, what: 'compared', version: data.b, why: `which fields differ between versions ${data.a} and ${data.b}` };
    case 'secret.verified':
      return { ...once, what: 'verified', version: data.version, why: data.equal ? 'brought the same value' : 'brought another value' };
    case 'access.refused':
      return { ...once, what: 'refused', version: null, why: data.refusalCode, times: data.times };
    case 'environment.used':
      return { ...once, what: 'resolved', version: null, why: data.purpose };
    case 'secret.open-refused':
      return null;
  }
};

/** A value out of the vault's own environment is of no stored credential. */
const aboutWhat = ({ data }: AccessEvent): Pick<AccessOfCredential, 'credentialId' | 'address'> => ({
  credentialId: ('credentialId' in data ? data.credentialId : undefined) ?? null,
  address: data.address ?? null,
});

/** A program speaks for a consumer, which is who has the value then: its token alone names nobody. */
const resolvedFor = ({ data }: AccessEvent, speaker: string): string => ('recipient' in data ? `${data.recipient} (${speaker})` : speaker);

/** A witnessed event as the access log tells it; null for one that is none of its business, or newer than this version. */
export const accessEntryOf = (json: string): AccessOfCredential | null => {
  const recorded = Recorded.parse(JSON.parse(json));
  const event = AccessEvent.safeParse({ type: recorded.type, data: recorded.data });
  if (!event.success) return null;
  const told = tell(event.data);
  if (!told) return null;
  const { actor } = recorded.meta;
  const { position, recordedAt: at } = recorded;
  const who = told.what === 'resolved' ? resolvedFor(event.data, whoIs(actor)) : whoIs(actor);
  return { position, at, who, from: actor.ip ?? null, ...told, ...aboutWhat(event.data) };
};
