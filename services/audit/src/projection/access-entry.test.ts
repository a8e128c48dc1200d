import { describe, expect, it } from 'vitest';
import { CREDENTIAL, recordedAt, sample } from '../testing/sample-events.ts';
import { accessEntryOf } from './access-entry.ts';

const entryOf = (event: { type: string; data: object }) => accessEntryOf(JSON.stringify(recordedAt(1, event)));
const revealed = (changes: object) => ({ type: 'secret.revealed', data: { ...sample('secret.revealed').data, ...changes } });

describe('the access log', () => {
  it('says who was shown what, when, from where and why', () =>
    expect(entryOf(revealed({ recipient: 'person ada', reason: 'a fault', fields: ['password'] }))).toEqual({
      position: 1,
      at: '2026-01-02T03:04:05.123456Z',
      what: 'revealed',
      who: 'Ada',
      from: '192.0.2.1',
      version: 2,
      fields: ['password'],
      why: 'a fault',
      times: 1,
      credentialId: CREDENTIAL,
      address: 'system.postgres.orders',
    }));
  it.each([
    [revealed({ purpose: 'use, generation 3' }), 'fetched', 'use, generation 3'],
    [revealed({ recipient: 'rotation-worker', purpose: 'rotation 3' }), 'used-by-worker', 'rotation 3'],
    [revealed({ purpose: 'resolve postgres/generic: the system’s' }), 'resolved', 'resolve postgres/generic: the system’s'],
    [sample('secret.compared'), 'compared', 'which fields differ between versions 1 and 2'],
    [sample('access.refused'), 'refused', 'grant-missing'],
  ])('tells %o as %s', (event, what, why) => expect(entryOf(event)).toMatchObject({ what, why }));
  it('names the consumer that a program resolved for, and the program', () =>
    expect(entryOf(revealed({ recipient: 'orders', purpose: 'resolve postgres/generic: the system’s' }))?.who).toBe('orders (Ada)'));
  it('says how many refusals one record stands for', () => expect(entryOf(sample('access.refused'))?.times).toBe(3));
  it('tells of a value out of the environment, of no credential', () =>
    expect(entryOf(sample('environment.used'))).toMatchObject({ what: 'resolved', credentialId: null, version: null }));
  it('leaves out what gave nobody anything', () => expect(entryOf(sample('secret.open-refused'))).toBeNull());
});
