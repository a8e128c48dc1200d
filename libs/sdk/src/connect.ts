import { connectBus } from '@keyturn/bus';
import { ConsumerName, InstanceName } from '@keyturn/contracts';
import type { Sensitive } from '@keyturn/kernel';
import { openTelemetry, type Tracer } from '@keyturn/telemetry';
import { busWire } from './adapters/bus-wire.ts';
import { systemSdkClock } from './adapters/system-clock.ts';
import { Session, type Keyturn } from './keyturn.ts';
import type { SdkClock } from './ports/clock.ts';
import { noLog, type Log } from './ports/log.ts';
import type { Wire } from './ports/wire.ts';
import { wireVault } from './wire-vault.ts';

/** Who connects, and how it behaves once connected. */
export type InstanceOptions = {
  readonly consumer: string;
  /** One running process; 8 random characters if not said. It must be the one that the NATS credentials allow. */
  readonly instance?: string;
  /** The vault's Ed25519 identity, base64url. Without it the NATS account is what is trusted. */
  readonly pinnedIdentity?: string;
  readonly log?: Log;
  readonly beatEveryMs?: number;
  readonly clock?: SdkClock;
  /** Makes the spans of a change, from the notice to the drain; the application's own OpenTelemetry if not said. */
  readonly tracer?: Tracer;
};

export type ConnectOptions = InstanceOptions & {
  /** The NATS server, `nats://host:port`. */
  readonly url: string;
  /** A creds file's text. A function is asked anew at every reconnect. */
  readonly creds: Sensitive<string> | (() => Sensitive<string>);
  /** Gives up the first connect; without it that is tried for ever. */
  readonly signal?: AbortSignal;
};

/**
 * Connects one process to Keyturn and keeps it connected. Close it in the end: its goodbye ends the lease at once, where a process that
 * just vanishes holds its versions until it is lost.
 */
export const connect = async (options: ConnectOptions): Promise<Keyturn> => {
  const { url, creds, signal, log = noLog, tracer = openTelemetry(LIBRARY) } = options;
  const named = { ...options, instance: options.instance ?? randomInstance(options.clock ?? systemSdkClock) };
  const name = `${ConsumerName.parse(named.consumer)}_${InstanceName.parse(named.instance)}`;
  const bus = await connectBus({ url, creds, name, log, tracer, ...(signal && { signal }) });
  return openSession(busWire(bus), named);
};

/** The same on a connection that is open already; for tests, with the wire of a fake. */
export const openSession = (wire: Wire, options: InstanceOptions & { readonly instance: string }): Keyturn => {
  const { consumer, instance, pinnedIdentity, log = noLog, beatEveryMs = 10_000, clock = systemSdkClock } = options;
  const { tracer = openTelemetry(LIBRARY) } = options;
  const vault = wireVault({ wire, clock, consumer, instance, pinnedIdentity });
  return new Session({ wire, vault, clock, log, tracer, beatEveryMs });
};

const LIBRARY = '@keyturn/sdk';
const INSTANCE_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

const randomInstance = (clock: SdkClock): string =>
  Array.from({ length: 8 }, () => INSTANCE_LETTERS.charAt(Math.floor(clock.random() * INSTANCE_LETTERS.length))).join('');
