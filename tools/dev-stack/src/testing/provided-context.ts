/** Where the tests' servers are; a test reads it with vitest's `inject('postgresUrl')`. */
export type TestServers = {
  /** A superuser's URL. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
  /** For `mintNatsCreds`. */
  readonly natsKeysDir: string;
  readonly temporalAddress: string;
  readonly oidcIssuer: string;
  /** For `mintAccessToken`. */
  readonly oidcDir: string;
};

declare module 'vitest' {
  interface ProvidedContext extends TestServers {}
}
