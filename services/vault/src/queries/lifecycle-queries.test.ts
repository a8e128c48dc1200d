import { describe, expect, it } from 'vitest';
import { eventsOf } from '../credential/happened.ts';
import * as spec from '../testing/credential-spec.ts';
import { errandsOf } from './lifecycle-queries.ts';

const make = eventsOf({ credentialId: spec.id, address: spec.address });
const registered = make('credential.registered', { credentialType: 'cloudflare_api_token', issuer: spec.issuer, policy: spec.policy });
const first = make('credential.version-staged', { version: 1, epoch: null, publicFields: {}, masks: {} });

describe('the errand of a test', () => {
  const scheduledOf = (who: Parameters<typeof spec.by>[0]) => {
    const { state } = spec.given(registered, first, spec.imported(), spec.by(who, spec.testAsked(1)));
    if (state.status !== 'registered') throw new Error('the spec registers a credential first');
    return errandsOf(state, spec.facts()).map(({ kind, isScheduled }) => [kind, isScheduled]);
  };
  it('says where nobody waits for it', () => {
    expect(scheduledOf({ kind: 'service', id: 'vault' })).toEqual([['test', true]]);
    expect(scheduledOf('ada')).toEqual([['test', undefined]]);
  });
});

describe('the errands of a deletion', () => {
  const named = (...between: readonly ReturnType<typeof make>[]) => {
    const deleting = make('credential.deletion-started', { epoch: 2, versions: [1], reason: 'not needed' });
    const { state } = spec.given(registered, first, spec.imported(), ...between, deleting);
    if (state.status !== 'registered') throw new Error('the spec registers a credential first');
    return errandsOf(state, spec.facts()).map(({ kind, version, providerId }) => ({ kind, version, providerId }));
  };

  it('name what the provider calls a version, as far as the log knows', () => {
    expect(named()).toEqual([{ kind: 'revoke', version: 1, providerId: undefined }]);
    expect(
      named(
        make('rotation.requested', { epoch: 1, reason: 'manual', strategy: 'issued' }),
        make('credential.candidate-announced', {
          version: 2,
          epoch: 1,
          providerId: 'user/tokens?name=handle',
          current: { version: 1, providerId: 'user/tokens/old' },
          tryId: 'try-1',
        }),
        make('rotation.failed', { epoch: 1, step: 'stage', reasonCode: 'provider-refused', sentence: 'It refused.' }),
      ),
    ).toEqual([{ kind: 'revoke', version: 1, providerId: 'user/tokens/old' }]);
  });
});
