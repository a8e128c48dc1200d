#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { systemClock } from '@keyturn/kernel';
import { runCli } from './create-program.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1)); // a reader that went away

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTty: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    errIsTty: process.stderr.isTTY,
  },
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  clock: systemClock,
  newKey: randomUUID,
  signal: interrupted.signal,
});
