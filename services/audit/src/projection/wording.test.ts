import { createHash } from 'node:crypto';
import type { DomainEvent } from '@keyturn/contracts/events';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { recordedAt, sample } from '../testing/sample-events.ts';
import { PROJECTION_VERSION, project } from './project.ts';

/** What version 5 makes of the samples. Events that came later are added when the version rises. */
const WORDED_BY = 5;
const DIGESTS: Readonly<Partial<Record<DomainEvent['type'], string>>> = {
  'credential.registered': '8a6248813244',
  'credential.details-changed': 'e68b61496172',
  'credential.candidate-announced': '378264c269ea',
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
  'credential.version-brought-again': '790584f90d25',
  'ledger.recorded': 'a9c91148440a',
  'ledger.settled-by-hand': '42ed3644e79e',
  'ledger.settled': '4069791e53eb',
  'rotation.requested': '5a6f09eeafdc',
  'rotation.value-given': '2cc4842045c9',
  'rotation.deletion-reported': '148aaf07c118',
  'rotation.throttled': '946bd6cfdc25',
  'rotation.held': '9321f9bbd8fb',
  'rotation.approved': '023a17b5f2f7',
  'rotation.force-asked': '9900f5724345',
  'rotation.force-rejected': '72cadbefbad6',
  'rotation.forced': '79989ce65046',
  'rotation.escalated': '84baabdb2cbb',
  'rotation.extended': 'd33a39b7a779',
  'credential.policy-changed': 'd56a47ac1ff2',
  'rotation.completed': '3a7f380825c8',
  'rotation.failed': 'c4b63d98cf60',
  'secret.verified': 'be68bf78c673',
  'secret.revealed': 'd424c97e38ce',
  'secret.compared': '249651356e07',
  'credential.disabled': '6d580b41b6f4',
  'credential.enabled': '02cb0866f891',
  'credential.change-asked': 'c3abe22af1ba',
  'credential.change-failed': 'f79cc5e21ab6',
  'credential.test-asked': 'a4eaf98f0fda',
  'credential.reveal-policy-changed': '46c0e9f70b27',
  'credential.deletion-started': 'debf518ad54e',
  'credential.shredded': 'e2a7e0600b01',
  'credential.deleted': 'f5a2a2002fc8',
  'access.refused': '1be9d537c489',
  'secret.open-refused': 'c7d158af7406',
  'kek.added': 'e7264fadd3aa',
  'kek.activated': '1d0e9c6687fa',
  'kek.retiring': 'd83ddccedf57',
  'kek.retired': 'b4440cac4e6f',
  'rewrap.requested': '523368163c43',
  'rewrap.progressed': '051a9724117c',
  'rewrap.completed': 'b63fb9f3ccb7',
  'environment.used': '594e9a78c677',
  'credentials.exported': '79dcd0d3bacb',
  'default.set': '1b89d01e6aa7',
  'default.cleared': '1399d26defe4',
  'legacy-user.mapped': '7fecc7b64c5a',
  'llm.chosen': '3655a78c1af9',
  'execution-server.set': 'c81c4b97eeb6',
  'execution-server.removed': 'b36f0a3a4d1b',
  'llm.choice-cleared': '1a35b0e102b2',
  'person.sessions-revoked': '9b878ffdba66',
  'consumer.registered': '3532c528f0e4',
  'consumer.token-issued': 'f7ab5f3a5b27',
  'consumer.token-revoked': '66811c888210',
  'subscriber.credentials-issued': '899a38f94d9b',
  'log.restored': 'ae0d49c463d6',
  'log.shreds-repeated': '203396d5b91d',
  'log.released': '6a124fe4c462',
  'credential.rechecked': '8fa6738f37c4',
  'credential.schedule-changed': '065bb6d41c3e',
  'credential.scheduled-rotation-refused': '70be6b51120c',
  'credential.rotation-overdue': 'f510300f116d',
  'credential.expiring': 'badbb5248bc6',
  'credential.expired': 'cd7d787d7aab',
  'bulk-rotation.requested': '28bc4b356f0b',
  'bulk-rotation.member-started': '5fe1b6f2a81d',
  'bulk-rotation.member-skipped': 'e0feccc31b44',
  'bulk-rotation.member-ended': '4e5d64e2fa9e',
  'bulk-rotation.paused': '969a5244cfde',
  'bulk-rotation.resumed': '9542bd60a441',
  'bulk-rotation.cancelled': '60904fc2589e',
  'bulk-rotation.ended': '9cb92ed95950',
  'backup.requested': '9b84b054722d',
  'backup.started': 'afb95c53ebf0',
  'backup.completed': '5c90b5ffbdb3',
  'backup.failed': 'be989bc96488',
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
