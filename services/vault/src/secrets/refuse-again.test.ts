import { describe, expect, it } from 'vitest';
import { REPEATABLE_MS } from '../credential/reveal.ts';
import type { Credential } from '../credential/state.ts';
import type { CommandLog, Fold } from '../ports/command-log.ts';
import type { Restore } from '../restore/state.ts';
import * as spec from '../testing/credential-spec.ts';
import { refuseAgain } from './refuse-again.ts';

const GIVEN_AT = '2026-01-01T00:00:00.000Z';

type Around = { readonly ago?: number; readonly givenAt?: string; readonly version?: number; readonly restore?: Restore };

const asked = (state: Credential, { ago = 0, givenAt = GIVEN_AT, version = 1, restore }: Around = {}) => {
  const log = { state: async <State>(_fold: Fold<State>) => state as State } as unknown as CommandLog;
  const clock = { now: () => new Date(Date.parse(GIVEN_AT) + ago) };
  const hold = { restore: () => restore ?? null, refresh: async () => undefined, stop: () => undefined };
  return refuseAgain({ log, clock, hold }, { credentialId: spec.id, version, givenAt });
};
const base = spec.given(...spec.base).state;

describe('a repeat of what was given', () => {
  it('is given for five minutes', async () => {
    expect(await asked(base, { ago: REPEATABLE_MS })).toBe(null);
    expect(await asked(base, { ago: REPEATABLE_MS + 1 })).toEqual({ code: 'seal-expired' });
    expect(await asked(base, { givenAt: '' })).toEqual({ code: 'seal-expired' }); // stored before it was said
  });
  it('is not given of a credential that nobody gets any more, or not now', async () => {
    expect(await asked(spec.given(...spec.base, spec.disabled(2)).state)).toEqual({ code: 'credential-disabled' });
    const deleted = spec.given(...spec.base, spec.shredded([1]), spec.deleted([], 'it is shared')).state;
    expect(await asked(deleted)).toEqual({ code: 'credential-deleted' });
    const restore = { incarnation: 2, shreds: null } as unknown as Restore;
    expect(await asked(base, { restore })).toEqual({ code: 'restore-unchecked' });
  });
  it('is not given of a version that is dead', async () => {
    const revoked = spec.given(...spec.committed, spec.revoking(1, 1), spec.denied(1, 1), spec.revoked(1, 1)).state;
    expect(await asked(revoked)).toEqual({ code: 'version-revoked', requested: 1 });
    const discarded = spec.given(...spec.ready, spec.discarding(2, 1), spec.failed(1), spec.discarded(2, 1)).state;
    expect(await asked(discarded, { version: 2 })).toEqual({ code: 'version-discarded', requested: 2 });
    expect(await asked(base, { version: 7 })).toEqual({ code: 'version-unknown', requested: 7 });
  });
});
