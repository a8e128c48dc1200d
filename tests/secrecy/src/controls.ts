import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Stack } from '@keyturn/dev-stack';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { Client as TemporalClient } from '@temporalio/client';
import { Client } from 'pg';
import type { Page } from 'playwright-core';
import type { Place } from './places.ts';
import type { Secret } from './scan/scan.ts';

/** Something put into places on purpose. A scan that doesn't find it there has not looked there. */
export type Control = Secret & { readonly places: readonly Place[] };

export type Controls = {
  /** Makes up a text that has to be escaped in every format, and expects it in these places. */
  readonly plant: (label: string, ...places: readonly Place[]) => string;
  /** The same for what is there anyway. */
  readonly expect: (label: string, plaintext: string, ...places: readonly Place[]) => void;
  readonly all: () => readonly Control[];
};

/** Like a password, with every character that some format escapes. */
export const canary = (): string => String.raw`kt "\/%+&<'> ${randomBytes(15).toString('base64url')}`;

export const collectControls = (): Controls => {
  const all: Control[] = [];
  const expect: Controls['expect'] = (label, plaintext, ...places) => void all.push({ label, plaintext, places });
  return {
    expect,
    plant: (label, ...places) => {
      const text = canary();
      expect(label, text, ...places);
      return text;
    },
    all: () => all,
  };
};

/** A message that only the wiretap can hear, and one that a stream keeps. */
export const plantInNats = async (connection: NatsConnection, controls: Controls): Promise<void> => {
  const carried = headers();
  carried.set('Secrecy-Control', controls.plant('a header of a message', 'the wiretap of NATS'));
  const subject = `secrecy.${Buffer.from(controls.plant('the subject of a message', 'the wiretap of NATS')).toString('base64url')}`;
  connection.publish(subject, controls.plant('a message', 'the wiretap of NATS'), { headers: carried });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'SECRECY', subjects: ['secrecy-stream.control'] });
  await jetstream(connection).publish('secrecy-stream.control', controls.plant('a message of a stream', 'the NATS store'));
};

const CONTROL_RUN = 'secrecy-control';

/** A run for which nobody works, and which is ended with a reason. */
export const plantInTemporal = async ({ workflow }: TemporalClient, controls: Controls): Promise<string> => {
  const plant = (label: string): string => controls.plant(label, 'the Temporal database', 'the histories in Temporal');
  const memo = { control: plant('the memo of a run') };
  const handle = await workflow.start('secrecyControl', {
    workflowId: CONTROL_RUN,
    taskQueue: CONTROL_RUN,
    args: [plant('the input of a run')],
    memo,
  });
  await handle.terminate(plant('the reason why a run was ended'));
  return CONTROL_RUN;
};

/** A row, as text and as bytes. */
export const plantInDatabase = async (url: string, place: Place, controls: Controls): Promise<void> => {
  const places = [place, 'the files of Postgres, WAL included'] as const;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE public.secrecy_control (said text, kept bytea)');
    const row = [controls.plant('a text of a row', ...places), Buffer.from(controls.plant('the bytes of a row', ...places))];
    await client.query('INSERT INTO public.secrecy_control VALUES ($1, $2)', row);
  } finally {
    await client.end();
  }
};

/** A statement that fails on the target server. */
export const plantInServerLog = async (url: string, controls: Controls): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const text = client.escapeLiteral(controls.plant('a statement that failed', 'the target server’s log'));
    await client.query(`SELECT ${text} FROM nowhere`).catch(() => undefined);
    await client.query('SELECT length($1)', [controls.plant('a value that was bound', 'the target server’s log')]);
  } finally {
    await client.end();
  }
};

/** One of each kind of the browser's storage, and a value that its page shows. */
export const plantInBrowser = async (page: Page, controls: Controls): Promise<void> => {
  const plant = (label: string, ...more: readonly Place[]): string =>
    JSON.stringify(controls.plant(label, 'the browser’s storage and page', ...more));
  await page.evaluate(`(async () => {
    localStorage.setItem('secrecy', ${plant('an item of the local storage', 'the browser’s profile on disk')});
    sessionStorage.setItem('secrecy', ${plant('an item of the session storage')});
    document.cookie = 'secrecy=' + encodeURIComponent(${plant('a cookie')});
    document.body.append(new Comment(${plant('a word in the page')}));
    const opening = indexedDB.open('secrecy', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('controls').put(${plant('a value in IndexedDB', 'the browser’s profile on disk')}, 'one');
    await new Promise((resolve, reject) => { opening.onsuccess = resolve; opening.onerror = reject; });
    opening.result.close();
  })()`);
};

/** A line in every log and file of lines, and a file where nothing is expected. */
export const plantInFiles = ({ servers: { varDir } }: Pick<Stack, 'servers'>, controls: Controls): void => {
  const logs = readdirSync(join(varDir, 'logs')).filter((name) => name !== 'postgres.log');
  for (const name of logs)
    append(join(varDir, 'logs', name), JSON.stringify({ control: controls.plant(`a line in ${name}`, 'our own logs') }));
  const span = { name: 'control', attributes: { control: controls.plant('an attribute of a span', 'the spans') } };
  append(join(varDir, 'traces', 'control.jsonl'), JSON.stringify(span));
  append(join(varDir, 'secrecy-control.jsonl'), JSON.stringify({ control: controls.plant('a line of JSON', 'other lines of JSON') }));
  append(join(varDir, 'secrecy-control'), controls.plant('a file', 'everything else in the stack’s folder'));
};

const append = (path: string, line: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${line}\n`);
};
