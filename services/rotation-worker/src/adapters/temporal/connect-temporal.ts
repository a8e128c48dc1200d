import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, OtelParts } from '@keyturn/telemetry';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { nameFault } from '../../rotation/scrub.ts';
import { registerSearchAttributes } from './register-search-attributes.ts';
import { tracedClient } from './traced-temporal.ts';

export type TemporalSettings = { readonly address: string; readonly namespace: string };
export type Temporal = { readonly client: Client; readonly native: NativeConnection; close(): Promise<void> };

const RETRY_MS = 500;

const connectOnce = async ({ address, namespace }: TemporalSettings, otel: OtelParts | null): Promise<Temporal> => {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    await registerSearchAttributes(connection, namespace);
    const native = await NativeConnection.connect({ address });
    const close = async () => {
      await native.close();
      await connection.close();
    };
    return { client: new Client({ connection, namespace, ...(otel && tracedClient(otel)) }), native, close };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

/** Connects to Temporal, and goes on trying while it is down: the SDK itself gives up at a worker's start. */
export const connectTemporal = async (
  settings: TemporalSettings,
  { log, signal, otel = null }: { readonly log: Logger; readonly signal: AbortSignal; readonly otel?: OtelParts | null },
): Promise<Temporal> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connectOnce(settings, otel);
    } catch (error) {
      log.warn('temporal.connect-failed', { address: settings.address, fault: nameFault(error) });
    }
    await wait(RETRY_MS, undefined, { signal });
  }
};
