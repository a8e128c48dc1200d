import { X509Certificate } from 'node:crypto';
import { ok, refuse, Sensitive, type Result } from '@keyturn/kernel';
import type { ProviderRefusal } from '../refusal.ts';

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** libpq's words: `prefer` takes TLS where the server offers it, `verify-full` also checks the certificate and the host name. */
export type SslMode = (typeof SSL_MODES)[number];

/** The fields of a `database_password` credential, and of an issuer, which is the same shape with another role. */
export type PostgresFields = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: Sensitive<string>;
  readonly sslmode: SslMode;
  /** PEM of the authorities to trust with `verify-ca` and `verify-full`, where the system's don't do. */
  readonly sslrootcert?: string;
  /** What must answer a row at each test, besides the login. */
  readonly testQuery?: string;
};

const DEFAULT_PORT = '5432';
const isSslMode = (text: string): text is SslMode => SSL_MODES.some((mode) => mode === text);
const invalid = (field: string, what: string) =>
  refuse<ProviderRefusal>({ code: 'fields-invalid', field, sentence: `The field \`${field}\` of the database credential ${what}.` });

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

const isCertificate = (pem: string): boolean => {
  try {
    void new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
};

const areCertificates = (text: string): boolean => {
  const found = text.match(CERTIFICATE) ?? [];
  return found.length > 0 && found.every(isCertificate);
};

const sslModeOf = (sslmode: string, sslrootcert: string | undefined): Result<SslMode, ProviderRefusal> => {
  if (!isSslMode(sslmode)) return invalid('sslmode', `is not one of ${SSL_MODES.join(', ')}`);
  if (sslrootcert && !areCertificates(sslrootcert)) return invalid('sslrootcert', 'is no certificate in PEM');
  return ok(sslmode);
};

/** Takes the opened fields of a `database_password` value. A refusal names the field and never repeats its value. */
export const parsePostgresFields = (record: Sensitive<Readonly<Record<string, string>>>): Result<PostgresFields, ProviderRefusal> => {
  const { host, port = DEFAULT_PORT, database, username, password, sslmode = 'prefer', sslrootcert, testQuery } = record.reveal();
  if (!host) return invalid('host', 'is missing');
  if (host.includes(',')) return invalid('host', 'names several servers: give one, such as the name under which the primary is reached');
  if (!database) return invalid('database', 'is missing');
  if (!username) return invalid('username', 'is missing');
  if (!password) return invalid('password', 'is missing');
  if (!/^\d{1,5}$/u.test(port) || Number(port) < 1 || Number(port) > 65_535) return invalid('port', 'is not a port number');
  const mode = sslModeOf(sslmode, sslrootcert);
  if (!mode.ok) return mode;
  const fields = { host, port: Number(port), database, username, password: new Sensitive(password), sslmode: mode.value };
  return ok({ ...fields, ...(sslrootcert && { sslrootcert }), ...(testQuery && { testQuery }) });
};

/** Turns the fields back into the flat record that is sealed as one value. */
export const recordOfPostgresFields = (fields: PostgresFields): Sensitive<Readonly<Record<string, string>>> =>
  new Sensitive({ ...fields, port: String(fields.port), password: fields.password.reveal() });
