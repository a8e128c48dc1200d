type Write = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Where the SDK writes what it does: event-named lines, never a secret. A `Logger` of `@keyturn/telemetry` fits. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

export const noLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
