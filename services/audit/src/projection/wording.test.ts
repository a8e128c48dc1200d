import { createHash } from 'node:crypto';
import type { DomainEvent } from '@keyturn/contracts/events';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { recordedAt, sample } from '../testing/sample-events.ts';
import { PROJECTION_VERSION, project } from './project.ts';

/** What version 4 makes of the samples. Events that came later are added when the version rises. */
const WORDED_BY = 4;
const DIGESTS: Readonly<Partial<Record<DomainEvent['type'], string>>> = {
  'credential.registered': '8a6248813244',
  'credential.version-staged': '105982b492e6',
  'credential.version-applied': '057dabbb6bcf',
  'credential.version-tested': 'bbf08782e2d2',
  'credential.preflight-asked': '3cff0675d064',
  'credential.version-preflighted': 'f52ef41574f2',
  'credential.rotated': '5fffb30bd70c',
  'credential.version-superseded': '901455bdda3d',
  'credential.version-acknowledged': '39971f390156',
  'credential.version-nacked': 'ac6747c00ce0',
  'credential.evidence-recorded': 'e30630ef50df',
  'credential.version-withdrawn': 'a7313048c191',
  'credential.rolled-back': '17b8f379d935',
  'credential.revocation-started': 'c624631460f9',
  'credential.logins-denied': 'b99d87717974',
  'credential.version-revoked': 'a0e8bc13afe8',
  'credential.discard-started': '2f15949db201',
  'credential.version-discarded': '44b2b06e9d14',
  'ledger.recorded': 'a9c91148440a',
  'ledger.settled': '4069791e53eb',
  'rotation.requested': '5a6f09eeafdc',
  'rotation.held': '9321f9bbd8fb',
  'rotation.completed': '3a7f380825c8',
  'rotation.failed': 'c4b63d98cf60',
  'secret.revealed': 'd424c97e38ce',
  'access.refused': '1be9d537c489',
  'consumer.registered': '3532c528f0e4',
  'consumer.token-issued': 'f7ab5f3a5b27',
  'consumer.token-revoked': '66811c888210',
  'subscriber.credentials-issued': '899a38f94d9b',
  'lease.ended': '1eb4aeb8a2e1',
};

const digestOf = (type: DomainEvent['type']): string =>
  createHash('sha256')
    .update(canonicalize(project(recordedAt(1, sample(type)))) ?? '')
    .digest('hex')
    .slice(0, 12);

describe('the wording of the timeline', () => {
  it('is the one that its version stands for: another wording needs another PROJECTION_VERSION, and these digests anew', () => {
    const now = Object.fromEntries((Object.keys(DIGESTS) as DomainEvent['type'][]).map((type) => [type, digestOf(type)]));
    expect({ version: PROJECTION_VERSION, digests: now }).toEqual({ version: WORDED_BY, digests: DIGESTS });
  });
});
