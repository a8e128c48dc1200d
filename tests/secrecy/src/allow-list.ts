/** A secret may be in a file where both patterns match. What isn't here is a leak. */
export type Allowed = { readonly secret: RegExp; readonly file: RegExp; readonly why: string };

/** Only the dev stack's own files (mode 0600): in production these are mounted, or never exist. */
export const ALLOWED: readonly Allowed[] = [
  { secret: /^the KEK$/u, file: /^secrets\/kek$/u, why: 'it is the KEK file' },
  { secret: /^the session key$/u, file: /^secrets\/session\.key$/u, why: 'the gateway reads it from this file' },
  {
    secret: /^the issuer’s password$/u,
    file: /^secrets\/orders-issuer\.password$/u,
    why: 'the dev stack made this role, and must know its password again if the first start was killed before it was registered',
  },
  {
    secret: /^the password of (keyturn_vault|keyturn_audit)_service$/u,
    file: /^secrets\/keyturn_(vault|audit)\.url$/u,
    why: 'the service reads its own database URL from this file',
  },
  {
    secret: /^the superuser’s password$/u,
    file: /^(postgres-superuser\.password|endpoints\.json|secrets\/keyturn_(vault|audit)-owner\.url)$/u,
    why: 'the dev stack’s superuser: its own file, the URLs with which services migrate, and what outside programs connect with',
  },
  { secret: /^a seed in nats\/keys\/.+\.nk$/u, file: /^nats\/keys\/[\w-]+\.nk$/u, why: 'the key of an authority on NATS, in its own file' },
  { secret: /^a seed in nats\/creds\/.+\.creds$/u, file: /^nats\/creds\/[\w.-]+\.creds$/u, why: 'a service reads its identity from it' },
  {
    secret: /^a client’s secret in oidc\/.+\.secret$/u,
    file: /^oidc\/([\w-]+\.secret|keys\.json)$/u,
    why: 'the client reads it from its file, the provider from its own',
  },
];

export const allowanceFor = (secret: string, file: string): Allowed | undefined =>
  ALLOWED.find((allowed) => allowed.secret.test(secret) && allowed.file.test(file));
