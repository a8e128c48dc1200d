import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';
import { tidyDetails } from './details.ts';
import { eventsOf } from './happened.ts';

const { given, base } = spec;
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const changed = (details: object) => make('credential.details-changed', { changed: details });
const change = (changes: object): CredentialCommand => ({ type: 'credential.change-details', data: { changes } });
describe('credential.change-details', () => {
  it('records what it names, whole', () =>
    given(...base, changed({ labels: { a: '1', b: '2' } }))
      .when(change({ labels: { a: null, c: '3' }, owner: 'ops', tags: ['b', 'a', 'b'], expiresAt: '2027-01-01T00:00:00+01:00' }))
      .then(changed({ labels: { b: '2', c: '3' }, owner: 'ops', tags: ['a', 'b'], expiresAt: '2026-12-31T23:00:00.000Z' })));
  it('does nothing where all of it is so already', () =>
    given(...base, changed({ labels: { a: '1', b: '2' }, owner: 'ops', tags: ['a'] }))
      .when(change({ labels: { b: '2', z: null }, owner: 'ops', tags: ['a'], notes: null, displayName: '' }))
      .thenNothing());
  it('clears with null', () =>
    given(...base, changed({ owner: 'ops', notes: 'n', tags: ['a'] }))
      .when(change({ owner: null, notes: null, tags: null }))
      .then(changed({ owner: null, notes: null, tags: [] })));
});

describe('details', () => {
  it('that say nothing are left out, so a plain registration reads as it always did', () =>
    expect(tidyDetails({ displayName: '', labels: {}, notes: '', tags: [] })).toEqual({}));
});

describe('rotation.request', () => {
  it('is refused where the public fields that it needs are missing, and names them', () =>
    given(
      spec.registered(),
      make('credential.version-staged', { version: 1, epoch: null, publicFields: { host: 'db' }, masks: spec.masks }),
      spec.imported(),
    )
      .when({ type: 'rotation.request', data: { reason: 'manual' } })
      .thenRefused({ code: 'fields-missing', fields: 'port, database, username' }));
});
