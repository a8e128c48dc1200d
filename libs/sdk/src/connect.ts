import { connectBus } from '@keyturn/bus';
import { BEAT_EVERY_MS, ConsumerName, InstanceName } from '@keyturn/contracts';
import type { Sensitive } from '@keyturn/kernel';
import { openTelemetry, type Tracer } from '@keyturn/telemetry';
import { busWire } from './adapters/bus-wire.ts';
import { gatewayWires } from './adapters/gateway-wires.ts';
import { systemSdkClock } from './adapters/system-clock.ts';
import { Session, type Keyturn } from './keyturn.ts';
import type { SdkClock } from './ports/clock.ts';
import { noLog, type Log } from './ports/log.ts';
import type { Wire } from './ports/wire.ts';
import { RenewingWire } from './renewing-wire.ts';
import { wireVault } from './wire-vault.ts';

/** Who connects, and how it behaves once connected. */
export type InstanceOptions = {
  readonly consumer: string;
  /** One running process; 8 random characters if not said. With creds it must be the one that they allow. */
  readonly instance?: string;
  /** The vault's Ed25519 identity, base64url. Without it, it is the gateway's first word (with creds: the NATS account) that is trusted. */
  readonly pinnedIdentity?: string;
  readonly log?: Log;
  readonly beatEveryMs?: number;
  readonly clock?: SdkClock;
  /** Makes the spans of a change, from the notice to the drain; the application's own OpenTelemetry if not said. */
  readonly tracer?: Tracer;
};

/** Identities for minutes from the gateway, renewed before they end. */
export type GatewayOptions = {
  /** `https://…`; plain http only on loopback. */
  readonly gatewayUrl: string;
  /** An API token, or a function that gets an access token each time: `clientCredentials` makes one. */
  readonly token: Sensitive<string> | (() => Promise<Sensitive<string>>);
  /** Another way to NATS than the one that the gateway names. */
  readonly natsUrl?: string;
};

/** A creds file that somebody made. */
export type CredsOptions = {
  /** The NATS server, `nats://host:port`. */
  readonly url: string;
  /** A creds file's text. A function is asked anew at every reconnect. */
  readonly creds: Sensitive<string> | (() => Sensitive<string>);
};

export type ConnectOptions = InstanceOptions &
  (GatewayOptions | CredsOptions) & {
    /** Gives up the first connect; without it that is tried for ever. */
    readonly signal?: AbortSignal;
  };

/**
 * Connects one process to Keyturn and keeps it connected. Close it in the end: its goodbye ends the lease at once, where a process that
 * just vanishes holds its versions until it is lost.
 */
export const connect = async (options: ConnectOptions): Promise<Keyturn> => {
  const { consumer, signal, log = noLog, clock = systemSdkClock, tracer = openTelemetry(LIBRARY) } = options;
  const named = { ...options, instance: options.instance ?? randomInstance(clock) };
  const name = `${ConsumerName.parse(consumer)}_${InstanceName.parse(named.instance)}`;
  if ('gatewayUrl' in named) {
    const wires = gatewayWires({ ...named, clock, log, tracer });
    const wire = await RenewingWire.open({ open: wires.open, clock, log }, signal);
    const pinnedIdentity = wires.pinnedIdentity();
    return openSession(wire, { ...named, ...(pinnedIdentity !== undefined && { pinnedIdentity }) });
  }
  const { url, creds } = named;
  return openSession(busWire(await connectBus({ url, creds, name, log, tracer, ...(signal && { signal }) })), named);
};

/** The same on a connection that is open already; for tests, with the wire of a fake. */
export const openSession = (wire: Wire, options: InstanceOptions & { readonly instance: string }): Keyturn => {
  const { consumer, instance, pinnedIdentity, log = noLog, beatEveryMs = BEAT_EVERY_MS, clock = systemSdkClock } = options;
  const { tracer = openTelemetry(LIBRARY) } = options;
  const vault = wireVault({ wire, clock, consumer, instance, pinnedIdentity });
  return new Session({ name: `${consumer}/${instance}`, wire, vault, clock, log, tracer, beatEveryMs });
};

const LIBRARY = '@keyturn/sdk';
const INSTANCE_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

const randomInstance = (clock: SdkClock): string =>
  Array.from({ length: 8 }, () => INSTANCE_LETTERS.charAt(Math.floor(clock.random() * INSTANCE_LETTERS.length))).join('');
