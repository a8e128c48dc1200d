import type { Endpoints } from '@keyturn/dev-stack';

/** Where the one stack of an e2e run is; a test reads it with vitest's `inject('stack')`. */
export type ProvidedStack = {
  readonly varDir: string;
  readonly endpoints: Endpoints;
  readonly credentialId: string;
  /** For `mintAccessToken`. */
  readonly oidcDir: string;
  /** Takes `POST /vault/kill` and `POST /vault/restart`: the handles live in the process of the setup. */
  readonly controlUrl: string;
  /** Where every process writes its spans: `SpanLine`s. */
  readonly traceFile: string;
  /** The key that Stripe's simulator takes, which the worker asks instead of Stripe. */
  readonly stripeKey: string;
  readonly stripeUrl: string;
  readonly openAiUrl: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    stack: ProvidedStack;
  }
}
