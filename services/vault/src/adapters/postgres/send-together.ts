import type { Client } from 'pg';

/** Sends all statements that `start` begins in one write to the socket. Pipelined, each would else be a system call of its own. */
export const sendTogether = <T>(client: Client, start: () => T): T => {
  const { stream } = client.connection;
  stream.cork();
  try {
    return start();
  } finally {
    stream.uncork();
  }
};
