import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { binaryCacheDir, findBinary, inboxPrefixOf, mintNatsCreds, natsServer, startNats, wholeAccount } from '@keyturn/dev-stack';

export type TestNats = {
  readonly url: string;
  /** Holds `<identity>.creds` for every service. */
  readonly credsDir: string;
  /** A new connection as the vault. */
  connectVault(): Promise<NatsConnection>;
  /** A new connection as one that may read, break and delete any stream. */
  connectOwner(): Promise<NatsConnection>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Keeps a copy of the store as it is now; the server must be down. */
  saveStore(): Promise<void>;
  /** Puts the copy back; the server must be down. */
  rollStoreBack(): Promise<void>;
  dispose(): Promise<void>;
};

/** A NATS server of the test's own, on which it may break the one stream without hurting others. */
export const testNats = async (): Promise<TestNats> => {
  const varDir = await mkdtemp(join(tmpdir(), 'keyturn-relay-'));
  const binary = await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir });
  const server = await startNats({ varDir, binary });
  const vaultCreds = await readFile(join(server.credsDir, 'vault.creds'));
  const ownerCreds = Buffer.from(await mintNatsCreds({ keysDir: server.keysDir, name: 'owner', ...wholeAccount }));
  const [store, saved] = [join(varDir, 'nats', 'jetstream'), join(varDir, 'saved')];
  const connections: NatsConnection[] = [];
  const connectWith = async (creds: Uint8Array, name: string): Promise<NatsConnection> => {
    const connection = await connect({
      servers: server.url,
      authenticator: credsAuthenticator(creds),
      inboxPrefix: inboxPrefixOf(name),
      reconnectTimeWait: 100,
      maxReconnectAttempts: -1,
    });
    connections.push(connection);
    return connection;
  };
  return {
    url: server.url,
    credsDir: server.credsDir,
    connectVault: () => connectWith(vaultCreds, 'vault'),
    connectOwner: () => connectWith(ownerCreds, 'owner'),
    kill: () => server.kill(),
    restart: () => server.restart(),
    saveStore: () => cp(store, saved, { recursive: true }),
    rollStoreBack: async () => {
      await rm(store, { recursive: true });
      await cp(saved, store, { recursive: true });
    },
    dispose: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.stop();
      await rm(varDir, { recursive: true, force: true });
    },
  };
};
