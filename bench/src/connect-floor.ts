import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { FLOOR_CREDS_NAME } from './floor-subjects.ts';

export const FLOOR_INBOX = `_INBOX_${FLOOR_CREDS_NAME}`;

/** As the user of the floors. */
export const connectFloor = (natsUrl: string, creds: string): Promise<NatsConnection> =>
  connect({ servers: natsUrl, authenticator: credsAuthenticator(new TextEncoder().encode(creds)), inboxPrefix: FLOOR_INBOX });
