import { type At, hashOf } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IssuedRun, issuedRun, type IssuingLab, registerAt, type Victim } from './issued-run.ts';

// A value that the provider issues and shows once, with somebody killed at each step of its rotation. The provider itself says what lives
// there: in the end exactly the one value that the vault has.

export type Issuing = {
  /** The call that makes a value. */
  readonly create: At;
  /** The call that ends a value which was issued. */
  readonly end: At;
  /** Where else the rotation of a first value is stopped: the call is carried out, and its answer waits. */
  readonly points: readonly (readonly [name: string, at: (firstId: string) => At])[];
  /** What a test says of a value that works. */
  readonly works: string;
  start(): Promise<IssuingLab>;
};

const VICTIMS: readonly Victim[] = ['rotation-worker', 'vault'];

/** What comes of such a value, whoever is killed, and whichever answer is lost. */
export const describeIssued = (name: string, { create, end, points, works, start }: Issuing): void => {
  describe(`issued at ${name}`, { timeout: 200_000 }, () => {
    let lab: IssuingLab;
    let issuer: string;
    let run: IssuedRun;
    beforeAll(async () => {
      lab = await start();
      issuer = await registerAt(lab, lab.issuer);
    }, 600_000);
    afterAll(() => lab?.stop());
    beforeEach(async () => {
      lab.provider.reset();
      const first = await lab.begin();
      run = issuedRun(lab, { first, credentialId: await registerAt(lab, first.registration, issuer) });
    });
    const expectOneValue = async (current: number): Promise<string> => {
      expect(await run.atRest()).toMatchObject({ openEpoch: null, ledger: [], current });
      const living = await lab.living();
      expect(living).toHaveLength(1);
      const [only = ''] = living;
      const before = lab.provider.accepted.length;
      expect(await run.test()).toContain(works);
      // A test looks at the issuer, too, and asks with its token.
      expect(lab.provider.accepted.slice(before).map(({ secretHash }) => secretHash)).toContain(hashOf(only));
      return only;
    };

    const everywhere = [['after the create, before the stage', () => create] as const, ...points];
    describe.each(everywhere)('%s', (_point, at) => {
      it.each(VICTIMS)('%s is killed, and one value lives in the end', async (victim) => {
        await run.rotateUntilKilled(at(run.first.id), victim);
        expect(await expectOneValue(2)).not.toBe(run.first.value);
      });
    });

    it('goes on where the worker is killed after a value that was issued has ended', async () => {
      await run.rotate();
      await expectOneValue(2);
      await run.rotateUntilKilled(end, 'rotation-worker');
      await expectOneValue(3);
    });

    it('is made anew where the answer to the create is lost', async () => {
      lab.provider.fault({ kind: 'drop' }, create);
      await run.rotate();
      await expectOneValue(2);
    });

    it('is given up where the answer is lost each time: the old one lives, and nothing else', async () => {
      lab.provider.fault({ kind: 'drop' }, { ...create, times: 1_000 });
      await run.rotate();
      expect(await expectOneValue(1)).toBe(run.first.value);
    });

    it('is found by the next worker where nobody heard of it, and the rotation was cancelled', async () => {
      const held = lab.provider.hold(create);
      const epoch = await run.rotate();
      await run.killAt(held, 'rotation-worker');
      expect(await lab.living()).toHaveLength(2);
      expect(await run.cancel(epoch)).toBe(200);
      await lab.faults.stack.services['rotation-worker'].restart();
      expect(await expectOneValue(1)).toBe(run.first.value);
    });
  });
};
