import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RotationStarted } from '@keyturn/contracts/commands';
import { followRotation, waitUntil } from '@keyturn/dev-stack';
import type { SpanLine } from '@keyturn/telemetry';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, untilSteady } from './support/admin.ts';
import { ask, rotationsPath } from './support/ask.ts';
import { startOnlooker } from './support/onlooker.ts';
import { pathToRoot, readSpans, titleOf } from './support/read-spans.ts';

const { credentialId, traceFile } = inject('stack');
const traceId = randomBytes(16).toString('hex');
const ourSpan = randomBytes(8).toString('hex');

/** What ends last in each process: until these are there, others may be missing too. */
const LAST = [
  'rotation-worker: RunWorkflow:rotateCredential',
  'audit: keyturn.log.rotation.completed project',
  'orders: derived.drain',
  'orders: secret.report',
];

let onlooker: Awaited<ReturnType<typeof startOnlooker>>;
let status: string;
let traceresponse: string | null;
let spans: SpanLine[] = [];

const orphans = (): string[] => {
  const known = new Set([ourSpan, ...spans.map(({ spanId }) => spanId)]);
  return spans.filter(({ parentSpanId }) => parentSpanId === null || !known.has(parentSpanId)).map(titleOf);
};

beforeAll(async () => {
  await untilSteady(credentialId);
  onlooker = await startOnlooker();
  const headers = { traceparent: `00-${traceId}-${ourSpan}-01` };
  const started = await ask(rotationsPath(credentialId), { method: 'POST', body: {}, headers });
  traceresponse = started.headers.get('traceresponse');
  const { epoch } = RotationStarted.parse(started.json);
  ({ status } = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 45_000, onChange: () => undefined }));
  await waitUntil(
    () => {
      spans = readSpans(traceId);
      return LAST.every((title) => spans.some((span) => titleOf(span) === title)) && orphans().length === 0;
    },
    { timeoutMs: 30_000 },
  );
});
afterAll(() => onlooker.close());

describe('the trace of one rotation', () => {
  it('is the caller’s own, which the answer says', () => {
    expect(status).toBe('completed');
    expect(traceresponse).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`, 'u'));
  });

  it('goes through every process', () => {
    expect([...new Set(spans.map(({ service }) => service))].toSorted()).toEqual([
      'api-gateway',
      'audit',
      'orders',
      'rotation-worker',
      'vault',
    ]);
    expect(spans.map(titleOf)).toEqual(expect.arrayContaining(LAST));
  });

  it('has no broken link', () => expect(orphans()).toEqual([]));

  it.each(['one', 'two'])('leads from the reload in orders/%s back to the HTTP request, over every seam', (instance) => {
    const swap = spans.find((span) => span.name === 'secret.swap' && span.instance === instance)!;
    expect(pathToRoot(spans, swap)).toEqual([
      'orders: secret.swap',
      'orders: secret.adopt',
      'orders: keyturn.evt.credential.rotated receive',
      'vault: keyturn.evt.credential.rotated publish',
      'vault: keyturn.cmd.vault.epoch.commit serve',
      'rotation-worker: keyturn.cmd.vault.epoch.commit request',
      'rotation-worker: RunActivity:commitVersion',
      'rotation-worker: StartActivity:commitVersion',
      'rotation-worker: RunWorkflow:rotateCredential',
      'rotation-worker: StartWorkflow:rotateCredential',
      expect.stringMatching(/^rotation-worker: (keyturn\.log\.rotation\.requested process|sweep\.start)$/u),
      ...(swapStartedBySweep(swap) ? [] : ['vault: keyturn.log.rotation.requested publish']),
      'vault: keyturn.cmd.vault.rotation.request serve',
      'api-gateway: keyturn.cmd.vault.rotation.request request',
      'api-gateway: HTTP POST',
    ]);
  });

  it('shows the whole change in each instance', () => {
    for (const instance of ['one', 'two']) {
      const names = spans.filter((span) => span.instance === instance).map(({ name }) => name);
      const steps = ['secret.fetch', 'derived.build', 'derived.probe', 'secret.swap', 'secret.report', 'derived.drain'];
      expect(names).toEqual(expect.arrayContaining([...steps, 'keyturn.sub.fetch request', 'keyturn.sub.ack request']));
    }
  });

  it('shows each append, by numbers', () => {
    const appends = spans.filter(({ name }) => name === 'append');
    expect(appends.length).toBeGreaterThan(5);
    for (const { attributes } of appends) {
      expect(attributes).toEqual({
        'db.system.name': 'postgresql',
        'db.operation.name': 'append',
        'keyturn.commands': expect.any(Number),
        'keyturn.events': expect.any(Number),
      });
    }
  });

  it('holds no password', () => {
    const text = readFileSync(traceFile, 'utf8');
    expect(text).toContain(credentialId); // the control: what is in there is found
    expect(new Set(onlooker.passwords).size).toBe(2); // a trial sees the second one too
    for (const password of onlooker.passwords) {
      const bytes = Buffer.from(password);
      for (const form of [password, bytes.toString('hex'), bytes.toString('base64').slice(0, -4), encodeURIComponent(password)]) {
        expect(text.includes(form)).toBe(false);
      }
    }
  });
});

const swapStartedBySweep = (swap: SpanLine): boolean => pathToRoot(spans, swap).includes('rotation-worker: sweep.start');
