import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { unregistered } from './state.ts';
import { attentionOf } from './attention.ts';
import { unsettledOf } from './unsettled.ts';

const stateOf = (...past: readonly ReturnType<typeof spec.registered>[]) => {
  const { state } = spec.given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const leftover = [...spec.ready, spec.discarding(2, 1), spec.failed(1)] as const;

describe('what is unsettled', () => {
  it('is the candidate of a failed rotation, for how long it has been owed, and with which issuer it could be settled', () =>
    expect(unsettledOf(stateOf(...leftover), stateOf(...spec.committed), spec.facts([], 60))).toMatchObject([
      { version: 2, epoch: 1, providerId: 'orders_kt1', owedForMs: 54_000, issuerGeneration: 2 },
    ]));
  it('is owed since it was staged, whatever failed since', () => {
    const [first] = unsettledOf(stateOf(...leftover), unregistered, spec.facts([], 60));
    expect(unsettledOf(stateOf(...leftover, spec.revokeFailed(2, 'down')), unregistered, spec.facts([], 60))).toEqual([first]);
  });
  it('is nothing while the rotation runs, and after it was settled', () => {
    expect(unsettledOf(stateOf(...spec.ready), unregistered, spec.facts([], 60))).toEqual([]);
    expect(unsettledOf(stateOf(...leftover, spec.discarded(2, 1), spec.settled(2, 'discarded')), unregistered, spec.facts([], 60))).toEqual(
      [],
    );
  });
});

describe('what a rotation left, and its provider keeps', () => {
  const owed = [...leftover, spec.revokeFailed(2, 'The server is down.')];

  it('needs nobody while the sweeper has not failed', () => expect(attentionOf(stateOf(...leftover))).toBeNull());
  it('needs a person as soon as it did, with why', () =>
    expect(attentionOf(stateOf(...owed))).toMatchObject({ epoch: 1, needs: 'leftover', why: 'The server is down.' }));
  it('needs nobody once it is settled', () =>
    expect(attentionOf(stateOf(...owed, spec.discarded(2, 1), spec.settled(2, 'discarded')))).toBeNull());
});
