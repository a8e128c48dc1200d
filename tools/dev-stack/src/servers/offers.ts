import { CannotStart } from '../cannot-start.ts';

/** Real servers that somebody offers instead of embedded ones; null where the stack starts its own. */
export type Offers = {
  /** A superuser's URL. */
  readonly postgres: { readonly url: string } | null;
  /** In operator mode; `keysDir` holds the account's signing key, with which users are made. */
  readonly nats: { readonly url: string; readonly keysDir: string } | null;
  readonly temporal: { readonly address: string; readonly uiUrl: string } | null;
  /** `dir` holds the provider's signing key: the developers' tokens are made with it. */
  readonly oidc: { readonly issuer: string; readonly dir: string } | null;
};

export const OFFER_VARIABLES = [
  'KEYTURN_POSTGRES_URL',
  'KEYTURN_NATS_URL',
  'KEYTURN_NATS_KEYS_DIR',
  'KEYTURN_TEMPORAL_ADDRESS',
  'KEYTURN_TEMPORAL_UI_URL',
  'KEYTURN_OIDC_ISSUER',
  'KEYTURN_OIDC_DIR',
] as const;
type OfferVariable = (typeof OFFER_VARIABLES)[number];

const TEMPORAL_UI_PORT = 8233;

/** Reads the offers. Throws `CannotStart`, without printing a value, where one is half made or not an address. */
export const offersIn = (env: NodeJS.ProcessEnv): Offers => {
  const given = (name: OfferVariable): string | null => env[name]?.trim() || null;
  const url = (name: OfferVariable, protocol: RegExp): string | null => {
    const value = given(name);
    if (value !== null && !(URL.canParse(value) && protocol.test(value)))
      throw new CannotStart(`${name} is not a URL that fits: ${protocol.source}.`);
    return value;
  };
  const postgres = url('KEYTURN_POSTGRES_URL', /^postgres(ql)?:/u);
  const nats = pair('KEYTURN_NATS_URL', 'KEYTURN_NATS_KEYS_DIR', [
    url('KEYTURN_NATS_URL', /^(nats|tls):/u),
    given('KEYTURN_NATS_KEYS_DIR'),
  ]);
  const oidc = pair('KEYTURN_OIDC_ISSUER', 'KEYTURN_OIDC_DIR', [url('KEYTURN_OIDC_ISSUER', /^https?:/u), given('KEYTURN_OIDC_DIR')]);
  return {
    postgres: postgres === null ? null : { url: postgres },
    nats: nats && { url: nats[0], keysDir: nats[1] },
    temporal: temporalOffer(given('KEYTURN_TEMPORAL_ADDRESS'), url('KEYTURN_TEMPORAL_UI_URL', /^https?:/u)),
    oidc: oidc && { issuer: oidc[0], dir: oidc[1] },
  };
};

const temporalOffer = (address: string | null, uiUrl: string | null): Offers['temporal'] => {
  if (address === null) {
    if (uiUrl !== null) throw new CannotStart('KEYTURN_TEMPORAL_UI_URL says nothing without KEYTURN_TEMPORAL_ADDRESS.');
    return null;
  }
  if (!/^[\w.[\]:-]+:\d+$/u.test(address)) throw new CannotStart('KEYTURN_TEMPORAL_ADDRESS is not <host>:<port>.');
  return { address, uiUrl: uiUrl ?? `http://${new URL(`tcp://${address}`).hostname}:${TEMPORAL_UI_PORT}` };
};

const pair = (
  first: OfferVariable,
  second: OfferVariable,
  [a, b]: readonly [string | null, string | null],
): readonly [string, string] | null => {
  if (a === null && b === null) return null;
  if (a === null || b === null) throw new CannotStart(`${first} and ${second} belong together: set both, or neither.`);
  return [a, b];
};
