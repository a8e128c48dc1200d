import { findBinary } from '../binaries/find-binary.ts';
import { natsServer, temporal, type PinnedBinary } from '../binaries/pinned-binaries.ts';
import { stablePorts } from '../process/free-ports.ts';
import { reapOrphans } from '../process/run-folder.ts';
import { acquireStackLock } from '../process/stack-lock.ts';
import { stopInReverse } from '../process/stop-on-signal.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import { binaryCacheDir } from '../project-paths.ts';
import { offeredNats, startNats, type NatsServer } from './nats.ts';
import { offeredOidc, startOidc, type OidcServer } from './oidc.ts';
import { offersIn } from './offers.ts';
import { offeredPostgres, startPostgres, type PostgresServer } from './postgres.ts';
import { runDirOf } from './server.ts';
import { offeredTemporal, startTemporal, type TemporalServer } from './temporal.ts';

/** What a person waiting in front of the terminal wants to see. */
export type Progress =
  | { readonly kind: 'cleaned-up'; readonly what: readonly string[] }
  | { readonly kind: 'downloading'; readonly sentence: string }
  | { readonly kind: 'starting'; readonly server: ServerName }
  | { readonly kind: 'ready'; readonly server: ServerName; readonly milliseconds: number };

export type ServerName = 'postgres' | 'nats' | 'temporal' | 'oidc';

export type StartOptions = {
  readonly varDir: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Where real servers are offered (`offersIn`), and `KEYTURN_NATS_SERVER`, `KEYTURN_TEMPORAL` and `PATH` are looked up. */
  readonly env?: NodeJS.ProcessEnv;
  readonly diesWithParent?: boolean;
};

export type Servers = {
  readonly varDir: string;
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly temporal: TemporalServer;
  readonly oidc: OidcServer;
  /** All four in the order in which they should be stopped from behind. */
  readonly inOrder: readonly SupervisedProcess[];
  /** Stops all, and lets the next stack use the folder. */
  stop(): Promise<void>;
};

/**
 * Starts the four servers at once on the data in `varDir`, or takes those that the environment offers. One stack at a time may use a folder; what a killed run left there is ended first.
 * Throws `CannotStart`, after stopping what had started, when one can't.
 */
export const startServers = async (options: StartOptions): Promise<Servers> => {
  const lock = acquireStackLock(options.varDir);
  try {
    const orphans = await reapOrphans(runDirOf(options.varDir));
    if (orphans.length > 0) options.onProgress?.({ kind: 'cleaned-up', what: orphans });
    const servers = await startAll(options);
    const stop = async (): Promise<void> => {
      const [fault] = await stopInReverse(servers);
      lock.release();
      if (fault !== undefined) throw new Error('a server did not stop', { cause: fault });
    };
    return { varDir: options.varDir, ...servers, stop };
  } catch (fault) {
    lock.release();
    throw fault;
  }
};

const startAll = async ({
  varDir,
  onProgress,
  env = process.env,
  diesWithParent,
}: StartOptions): Promise<Omit<Servers, 'varDir' | 'stop'>> => {
  const offers = offersIn(env);
  const ports = await stablePorts(runDirOf(varDir), ['postgres', 'nats', 'temporal', 'temporalUi', 'oidc']);
  const binary = (wanted: PinnedBinary): Promise<string> =>
    findBinary(wanted, {
      env,
      cacheDir: binaryCacheDir,
      onProgress: (sentence) => onProgress?.({ kind: 'downloading', sentence }),
    });
  const common = { varDir, ...(diesWithParent === undefined ? {} : { diesWithParent }) };
  const timed = async <S>(server: ServerName, start: () => Promise<S>): Promise<S> => {
    const began = performance.now();
    onProgress?.({ kind: 'starting', server });
    const started = await start();
    onProgress?.({ kind: 'ready', server, milliseconds: Math.round(performance.now() - began) });
    return started;
  };
  const starts: Starts = [
    timed('postgres', () => (offers.postgres ? offeredPostgres(offers.postgres) : startPostgres({ ...common, port: ports.postgres }))),
    timed('nats', async () =>
      offers.nats ? offeredNats({ varDir, ...offers.nats }) : startNats({ ...common, port: ports.nats, binary: await binary(natsServer) }),
    ),
    timed('temporal', async () =>
      offers.temporal
        ? offeredTemporal(offers.temporal)
        : startTemporal({ ...common, port: ports.temporal, uiPort: ports.temporalUi, binary: await binary(temporal) }),
    ),
    timed('oidc', () => (offers.oidc ? offeredOidc(offers.oidc) : startOidc({ ...common, port: ports.oidc }))),
  ];
  const [postgres, nats, temporalServer, oidc] = await allOrNone(starts);
  return { postgres, nats, temporal: temporalServer, oidc, inOrder: [postgres, nats, temporalServer, oidc] };
};

type Started = readonly [PostgresServer, NatsServer, TemporalServer, OidcServer];
type Starts = readonly [Promise<PostgresServer>, Promise<NatsServer>, Promise<TemporalServer>, Promise<OidcServer>];

/** If one fails, the others are stopped before its fault is thrown. */
const allOrNone = async (starts: Starts): Promise<Started> => {
  try {
    return await Promise.all(starts);
  } catch (fault) {
    const settled = await Promise.allSettled(starts);
    await stopInReverse({ inOrder: settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])) });
    throw fault;
  }
};
