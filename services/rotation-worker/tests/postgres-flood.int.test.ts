import { type AddressInfo, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Sensitive } from '@keyturn/kernel';
import { providerAdapters, rotationProviders } from '@keyturn/providers/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newAuthority } from './support/certificates.ts';
import { databasesAnywhere } from './support/databases-anywhere.ts';

/** A notice of 64 kB: its length, one field with its text, and the end of the fields. */
const notice = Buffer.concat([
  Buffer.from('N'),
  Buffer.from([0, 1, 0, 0]),
  Buffer.from('M'),
  Buffer.alloc(65_529, 'x'),
  Buffer.from([0, 0]),
]);

/** Answers whatever comes first by notices, and never stops. One in each turn of the loop: the process that reads them is this one, too. */
const flood = (socket: Duplex): void => {
  const write = (): void => {
    if (!socket.destroyed) socket.write(notice, () => setImmediate(write));
  };
  socket.on('error', () => socket.destroy()).once('data', write);
};

/** A port at which somebody speaks as Postgres does, and floods whoever logs in. */
const flooding = async (overTls: boolean): Promise<string> => {
  const { certificate: cert, key } = newAuthority('the test’s authority').issueFor('127.0.0.1');
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (!overTls) return flood(socket);
    socket.once('data', () => {
      socket.write('S');
      flood(new TLSSocket(socket, { isServer: true, key, cert }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return String((server.address() as AddressInfo).port);
};

describe('a server that never stops writing', () => {
  it.each([
    ['disable', false],
    ['require', true],
  ])('is left alone after some megabytes, and has said nothing about the value (sslmode %s)', async (sslmode, overTls) => {
    const fields = { host: '127.0.0.1', port: await flooding(overTls), database: 'orders', username: 'orders', password: 'p', sslmode };
    const patient = { postgres: { connectTimeoutMs: 600_000, egress: databasesAnywhere.egress } };
    const opened = new Sensitive<Record<string, string>>(fields);
    const because = { sentence: expect.stringContaining('it answers more than any test or change needs') };
    expect(await providerAdapters(patient).database_password.test(opened)).toMatchObject({ verdict: 'unreachable', ...because });
    expect(await rotationProviders(patient).database_password?.isDead(opened)).toMatchObject({ state: 'unknown', ...because });
  });
});
