import type { DomainEvent } from '@keyturn/contracts/events';
import { AuditEntry } from '@keyturn/contracts/queries';
import { describe, expect, it } from 'vitest';
import { CREDENTIAL, SAMPLES, recordedAt, sample } from '../testing/sample-events.ts';
import { project } from './project.ts';

const types = Object.keys(SAMPLES) as DomainEvent['type'][];
const summaryOf = (event: { type: string; data: unknown }): string | undefined => project(recordedAt(1, event))?.summary;

describe('project', () => {
  it.each(types)('makes an entry of %s', (type) => {
    const entry = project(recordedAt(7, sample(type)));
    expect(AuditEntry.parse(entry)).toMatchObject({ position: 7, type, who: 'Ada', from: '192.0.2.1' });
    expect(entry?.summary).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it.each([
    ['credential.rotated', 'rotated 1 → 2'],
    ['credential.version-acknowledged', 'orders/7f3a proved it holds version 2 and reported it working after 41 ms'],
    ['credential.version-nacked', 'orders/7f3a proved it holds version 2 and reported it failing: password authentication failed'],
    ['credential.revocation-started', 'started to revoke version 1: 2 acknowledged, lost: orders/0001; idle for 60 s'],
    ['credential.evidence-recorded', 'the provider saw version 1 idle: no session'],
    ['rotation.failed', 'rotation 1 failed at apply (unreachable): the provider is down'],
    ['access.refused', 'refused orders/7f3a: grant-missing, 3 times'],
    ['lease.ended', 'orders/7f3a is lost'],
    ['consumer.token-issued', `gave consumer orders API token ${CREDENTIAL} until 2026-04-02T03:04:05.123Z`],
    ['consumer.token-revoked', `revoked API token ${CREDENTIAL} of consumer orders`],
    ['subscriber.credentials-issued', 'orders/7f3a got a NATS identity until 2026-01-02T03:09:05.123Z'],
  ] as const)('says of %s: %s', (type, sentence) => {
    expect(summaryOf(sample(type))).toBe(sentence);
  });

  it('says whose own keys a program can be given, where a grant names them', () => {
    const grants = [
      { action: 'read', pattern: 'user-sophie.openai.*' },
      { action: 'ack', pattern: 'user-ada.openai.*' },
      { action: 'read', pattern: '*.openai.*' },
    ];
    const registered = { type: 'consumer.registered', data: { consumer: 'chat', grants } };
    expect(summaryOf(registered)).toBe('registered consumer chat with 3 grants; it can be given the own keys of user-sophie');
    const token = { ...SAMPLES['consumer.token-issued'], persons: ['user-sophie'] };
    expect(summaryOf({ type: 'consumer.token-issued', data: token })).toContain('; it can be given the own keys of user-sophie');
  });

  it('says so when a version became current untested', () => {
    const data = { ...SAMPLES['credential.rotated'], from: null, to: 1, untested: 'import' };
    expect(summaryOf({ type: 'credential.rotated', data })).toBe('made version 1 current (untested: import)');
  });

  it('names the credential and the epoch where there is one', () => {
    expect(project(recordedAt(1, sample('rotation.held')))).toMatchObject({ credentialId: CREDENTIAL, epoch: 1 });
    expect(project(recordedAt(1, sample('lease.ended')))).toMatchObject({ credentialId: null, epoch: null });
  });

  it.each([
    ['access.refused', 'refused'],
    ['rotation.failed', 'failed'],
    ['credential.version-nacked', 'failed'],
    ['credential.version-tested', 'done'],
    ['credential.rotated', 'done'],
  ] as const)('gives %s the verdict %s', (type, verdict) => {
    expect(project(recordedAt(1, sample(type)))?.verdict).toBe(verdict);
  });

  it('does not guess at an event that it does not know', () => {
    expect(project(recordedAt(1, { type: 'credential.rotated.v2', data: {} }))).toBeNull();
  });

  it('says of a test what it saw of the issuer', () => {
    const said = (issuer: object) =>
      summaryOf({ type: 'credential.version-tested', data: { ...SAMPLES['credential.version-tested'], issuer } });
    const issuerId = SAMPLES['credential.version-tested'].credentialId;
    const lack = { code: 'no-createrole', needed: 'rotation', sentence: 'It may not.', statement: 'ALTER ROLE x CREATEROLE;' };
    expect(said({ issuerId, lacks: [] })).toMatch(/; nothing was found missing at its issuer$/u);
    expect(said({ issuerId, lacks: [], unseen: 'May it write?' })).toMatch(
      /; nothing was found missing at its issuer, not seen: May it write\?$/u,
    );
    expect(said({ issuerId, lacks: [lack] })).toMatch(/; its issuer can’t rotate it yet \(no-createrole\)$/u);
    expect(said({ issuerId, lacks: [], unable: 'Away.' })).toMatch(/; its issuer was not looked at: Away\.$/u);
  });

  it('leaves out what a database text cannot hold', () => {
    const data = { ...SAMPLES['rotation.requested'], note: 'a\0b' };
    expect(summaryOf({ type: 'rotation.requested', data })).toBe('asked for rotation 1 (manual): a\uFFFDb');
  });
});
