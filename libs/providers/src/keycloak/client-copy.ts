import { z } from 'zod';
import { KeycloakId } from '../issued/provider-id.ts';

/** In this attribute a client that we made carries the handle by which it is found. */
export const HANDLE = 'keyturn.handle';

const WITHHELD = /^client\.secret\./u;

/**
 * A client as Keycloak describes it, without what it says of its secrets: the representation has them in clear, the one of today and, in
 * attributes, one that was rotated.
 */
export const Client = z
  .looseObject({
    id: KeycloakId,
    clientId: z.string(),
    enabled: z.boolean().optional(),
    attributes: z.record(z.string(), z.string()).default({}),
    protocolMappers: z.array(z.looseObject({ id: z.string().optional() })).default([]),
    serviceAccountsEnabled: z.boolean().default(false),
    fullScopeAllowed: z.boolean().default(true),
    authorizationServicesEnabled: z.boolean().default(false),
  })
  .transform(({ secret: _secret, registrationAccessToken: _token, access: _ofTheReader, attributes, ...client }) => ({
    ...client,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([name]) => !WITHHELD.test(name))),
  }));
export type Client = z.infer<typeof Client>;

/** Empty for a client that a person made. */
export const handleOfClient = ({ attributes }: Pick<Client, 'attributes'>): string => attributes[HANDLE] ?? '';

const SLOT = /^(?<base>.+)-kt[12]$/u;

/** The client ids of what is issued for a client, in turn: two of them, whatever the one of today is called. */
export const slotsBeside = ({ clientId, attributes }: Pick<Client, 'clientId' | 'attributes'>): readonly string[] => {
  const base = (handleOfClient({ attributes }) === '' ? null : SLOT.exec(clientId)?.groups?.['base']) ?? clientId;
  return [`${base}-kt1`, `${base}-kt2`].filter((slot) => slot !== clientId);
};

/** What to create so that it may do what `model` may, under another client id, with our handle. Keycloak makes its secret. */
export const copyOf = (
  { id: _id, protocolMappers, attributes, ...model }: Client,
  { clientId, handle }: { readonly clientId: string; readonly handle: string },
): Readonly<Record<string, unknown>> => ({
  ...model,
  clientId,
  enabled: true,
  attributes: { ...attributes, [HANDLE]: handle },
  protocolMappers: protocolMappers.map(({ id: _of, ...mapper }) => mapper),
});
