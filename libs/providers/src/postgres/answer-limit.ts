import type { Duplex } from 'node:stream';
import type { Connection } from 'pg';

/** More came over one connection than all answers need together. */
export class AnswerTooLong extends Error {}

/** Nothing that is asked here is answered by more than some kilobytes. */
const MOST_BYTES = 4_000_000;

/** Ends the connection once more than 4 MB came over it, inside of TLS where there is some: whoever never stops writing fills no memory. */
export const limitAnswers = (connection: Connection, overTls: boolean): void => {
  let bytes = 0;
  const limit = (stream: Duplex): void =>
    void stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) stream.destroy(new AnswerTooLong());
    });
  // Before TLS the driver reads one byte, and lets no more through.
  if (overTls) connection.once('sslconnect', () => limit(connection.stream));
  else limit(connection.stream);
};
