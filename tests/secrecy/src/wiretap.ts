import { mintNatsCreds, type Servers, wholeAccount } from '@keyturn/dev-stack';
import { connect, credsAuthenticator, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { Evidence } from './evidence.ts';

export type Wiretap = { readonly connection: NatsConnection; stop(): Promise<void> };

/** Hears every message of the account, requests, answers and JetStream's own included, as nobody may in a real one. */
export const tapNats = async ({ nats }: Servers, evidence: Evidence): Promise<Wiretap> => {
  const creds = await mintNatsCreds({ keysDir: nats.keysDir, name: 'wiretap', ...wholeAccount });
  const connection = await connect({ servers: nats.url, authenticator: credsAuthenticator(Buffer.from(creds)), maxReconnectAttempts: -1 });
  connection.subscribe('>', { callback: (fault, message) => (fault ? undefined : evidence.add('wiretap', ...partsOf(message))) });
  await connection.flush();
  return {
    connection,
    stop: async () => {
      await connection.flush();
      await connection.close();
    },
  };
};

const partsOf = ({ subject, reply, headers, data }: Msg): (string | Uint8Array)[] => [
  subject,
  reply ?? '',
  ...(headers ? [...headers].flatMap(([name, values]) => [name, ...values]) : []),
  data,
];
