import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok, refuse } from '@keyturn/kernel';
import { type Recorded, Recorded as RecordedSchema } from '@keyturn/contracts/events';
import { hashSealed } from '../log/hash-event.ts';
import { verifyChain } from '../log/verify-chain.ts';
import type { CommandLog, Fold } from '../ports/command-log.ts';
import { tallied, tally, tallyJob } from './tally.ts';

export type LogUnderTest = { readonly log: CommandLog; readonly dispose: () => Promise<void> };

export const readAll = async (log: CommandLog, pageSize = 1_000): Promise<Recorded[]> => {
  const all: Recorded[] = [];
  for (;;) {
    const page = await log.read(all.at(-1)?.position ?? 0, pageSize);
    if (page.length === 0) return all;
    all.push(...page);
  }
};

/** What every command log does, whatever keeps it (style §11). */
export const describeCommandLog = (name: string, make: () => Promise<LogUnderTest>): void => {
  describe(`command log: ${name}`, () => {
    let log: CommandLog;
    let dispose: () => Promise<void>;
    beforeAll(async () => {
      ({ log, dispose } = await make());
    });
    afterAll(() => dispose());
    const ofStream = async (stream: string): Promise<Recorded[]> => (await readAll(log)).filter((event) => event.stream === stream);

    it('shows each command what the earlier ones did', async () => {
      const verdicts = await Promise.all(
        ['a', 'b', 'c'].map((each) => log.submit(tally, tallyJob({ commandId: `seen-${each}`, stream: 'seen' }))),
      );
      expect(verdicts).toEqual([0, 1, 2].map((saw) => ({ ok: { saw }, repeated: false })));
      expect((await ofStream('seen')).map((event) => event.version)).toEqual([1, 2, 3]);
      expect(await log.state(tally, 'seen')).toMatchObject({ count: 3 });
      expect(await log.recall(tally, 'seen')).toMatchObject({ count: 3 });
      expect(await log.recall(tally, 'never seen')).toEqual(tally.initial);
    });

    it('follows the log as it is read', async () => {
      await Promise.all(['a', 'b', 'c'].map((each) => log.submit(tally, tallyJob({ commandId: `followed-${each}`, stream: 'followed' }))));
      const all = await readAll(log);
      const followed: Recorded[] = [];
      for (;;) {
        const page = await log.follow(followed.at(-1)?.position ?? 0, 2);
        if (page.length === 0) break;
        followed.push(...page);
      }
      expect(followed).toEqual(all);
    });

    it('answers a repeat from the stored verdict and runs it once', async () => {
      const job = tallyJob({ commandId: 'repeat', stream: 'repeat' });
      const first = await log.submit(tally, job);
      await log.submit(tally, tallyJob({ commandId: 'other', stream: 'repeat' }));
      expect(first).toEqual({ ok: { saw: 0 }, repeated: false });
      expect(await log.submit(tally, job)).toEqual({ ok: { saw: 0 }, repeated: true });
      expect(await ofStream('repeat')).toHaveLength(2);
    });

    it('runs a command once when it comes many times at once', async () => {
      const job = tallyJob({ commandId: 'at-once', stream: 'at-once' });
      const verdicts = await Promise.all(Array.from({ length: 20 }, () => log.submit(tally, job)));
      expect(verdicts.filter((verdict) => !verdict.repeated)).toHaveLength(1);
      expect(verdicts.every((verdict) => 'ok' in verdict && verdict.ok['saw'] === 0)).toBe(true);
      expect(await ofStream('at-once')).toHaveLength(1);
    });

    it('refuses another body under a known command id', async () => {
      const verdicts = await Promise.all(
        ['one', 'two'].map((fingerprint) => log.submit(tally, tallyJob({ commandId: 'reused', fingerprint, stream: 'reused' }))),
      );
      expect(verdicts).toEqual([
        { ok: { saw: 0 }, repeated: false },
        { refusal: { code: 'command-reused' }, repeated: false },
      ]);
      expect(await log.submit(tally, tallyJob({ commandId: 'reused', fingerprint: 'three', stream: 'elsewhere' }))).toEqual({
        refusal: { code: 'command-reused' },
        repeated: false,
      });
      expect(await ofStream('reused')).toHaveLength(1);
    });

    it('stores a refusal as the verdict and appends nothing', async () => {
      const decide = () => refuse({ code: 'rotation-open', epoch: 7 } as const);
      const refused = tallyJob({ commandId: 'refused', stream: 'refused', decide });
      expect(await log.submit(tally, refused)).toEqual({ refusal: { code: 'rotation-open', epoch: 7 }, repeated: false });
      const willing = tallyJob({ commandId: 'refused', stream: 'refused' });
      expect(await log.submit(tally, willing)).toEqual({ refusal: { code: 'rotation-open', epoch: 7 }, repeated: true });
      expect(await ofStream('refused')).toEqual([]);
    });

    it('lets a thrown decision hurt nobody else, and be tried again', async () => {
      const bug = new Error('a bug in one decision');
      const decide = () => {
        throw bug;
      };
      const [before, thrown, after] = await Promise.allSettled([
        log.submit(tally, tallyJob({ commandId: 'thrown-1', stream: 'thrown' })),
        log.submit(tally, tallyJob({ commandId: 'thrown-2', stream: 'thrown', decide })),
        log.submit(tally, tallyJob({ commandId: 'thrown-3', stream: 'thrown' })),
      ]);
      expect(before).toMatchObject({ value: { ok: { saw: 0 } } });
      expect(thrown).toEqual({ status: 'rejected', reason: bug });
      expect(after).toMatchObject({ value: { ok: { saw: 1 } } });
      expect(await log.submit(tally, tallyJob({ commandId: 'thrown-2', stream: 'thrown' }))).toEqual({ ok: { saw: 2 }, repeated: false });
    });

    it('rejects data that JSON cannot carry, without a trace', async () => {
      const events = [tallied('system.test.odd', { sentence: 'a lone surrogate \uD800' })];
      await expect(log.submit(tally, tallyJob({ commandId: 'odd', stream: 'odd', events }))).rejects.toThrow('surrogate');
      expect(await ofStream('odd')).toEqual([]);
    });

    it('gives an address to one of two that claim it at once', async () => {
      const claims = 'system.claims.one';
      const verdicts = await Promise.all(
        ['x', 'y'].map((each) => log.submit(tally, tallyJob({ commandId: `claim-${each}`, stream: `claim-${each}`, claims }))),
      );
      expect(verdicts).toEqual([
        { ok: { saw: 0 }, repeated: false },
        { refusal: { code: 'address-taken', address: claims }, repeated: false },
      ]);
      const again = await log.submit(tally, tallyJob({ commandId: 'claim-again', stream: 'claim-x', claims }));
      expect(again).toEqual({ ok: { saw: 1 }, repeated: false });
    });

    it('gives a released address to the next one, in the same batch too', async () => {
      const claims = 'system.claims.two';
      const released = [tallied(claims, { released: true })];
      const verdicts = await Promise.all([
        log.submit(tally, tallyJob({ commandId: 'hold', stream: 'holder', claims })),
        log.submit(tally, tallyJob({ commandId: 'release', stream: 'holder', events: released })),
        log.submit(tally, tallyJob({ commandId: 'take', stream: 'taker', claims })),
      ]);
      expect(verdicts.map((verdict) => 'ok' in verdict)).toEqual([true, true, true]);
      const late = await log.submit(tally, tallyJob({ commandId: 'hold-late', stream: 'holder', claims }));
      expect(late).toMatchObject({ refusal: { code: 'address-taken' } });
    });

    it('keeps ciphertext beside the event and only its hash in it', async () => {
      const sealed = new Uint8Array([0, 1, 254, 255]);
      await log.submit(tally, tallyJob({ commandId: 'sealed', stream: 'sealed', events: [tallied('system.test.s', { sealed })] }));
      await log.submit(tally, tallyJob({ commandId: 'unsealed', stream: 'sealed' }));
      const [with_, without] = await ofStream('sealed');
      expect(with_?.sealedHash).toBe(hashSealed(sealed));
      expect(without?.sealedHash).toBeNull();
      expect(Buffer.from((await log.sealed(with_!.position))!)).toEqual(Buffer.from(sealed));
      expect(await log.sealed(without!.position)).toBeNull();
      expect(await log.sealed(999_999)).toBeNull();
    });

    it('appends to a stream on which nothing is decided without folding it', async () => {
      const undecided: Fold<number> = {
        initial: 0,
        undecided: true,
        evolve: () => {
          throw new Error('never folded');
        },
      };
      const job = (commandId: string) => ({
        ...tallyJob({ commandId, stream: 'access-1' }),
        decide: (state: number) => ok({ events: [tallied('system.test.a')], verdict: { saw: state } }),
      });
      const verdicts = await Promise.all(['r1', 'r2', 'r3'].map((id) => log.submit(undecided, job(id))));
      expect(verdicts.map((verdict) => 'ok' in verdict && verdict.ok['saw'])).toEqual([0, 0, 0]);
      expect((await ofStream('access-1')).map((event) => event.version)).toEqual([1, 2, 3]);
    });

    it('appends one command’s events to two streams, each with its own versions', async () => {
      const both = [tallied('system.test.two'), { ...tallied('system.test.two'), stream: 'access-two' }];
      const submit = async (commandId: string) => log.submit(tally, tallyJob({ commandId, stream: 'two', events: both }));
      const verdicts = [...(await Promise.all(['two-1', 'two-2'].map(submit))), await submit('two-3')];
      expect(verdicts.map((verdict) => 'ok' in verdict && verdict.ok['saw'])).toEqual([0, 1, 2]);
      expect((await ofStream('two')).map((event) => event.version)).toEqual([1, 2, 3]);
      expect((await ofStream('access-two')).map((event) => event.version)).toEqual([1, 2, 3]);
      const other = [{ ...tallied('system.test.two'), stream: 'access-two' }];
      await log.submit(tally, tallyJob({ commandId: 'two-other', stream: 'two-other', events: other }));
      expect((await ofStream('access-two')).map((event) => event.version)).toEqual([1, 2, 3, 4]);
      expect(await log.state(tally, 'two-other')).toMatchObject({ count: 0 });
    });

    it('appends several events of one command together, or none', async () => {
      const events = [tallied('system.test.m1'), tallied('system.test.m1')];
      await log.submit(tally, tallyJob({ commandId: 'several', stream: 'several', events }));
      await log.submit(tally, tallyJob({ commandId: 'none', stream: 'several', events: [] }));
      expect((await ofStream('several')).map((event) => event.version)).toEqual([1, 2]);
    });

    it('tells listeners of commits in order, as they are read back', async () => {
      const heard: Recorded[] = [];
      const stop = log.onCommitted((events) => heard.push(...events));
      log.onCommitted(() => {
        throw new Error('another listener’s bug');
      });
      await Promise.all(['1', '2', '3'].map((id) => log.submit(tally, tallyJob({ commandId: `heard-${id}`, stream: 'heard' }))));
      stop();
      await log.submit(tally, tallyJob({ commandId: 'unheard', stream: 'heard' }));
      expect(heard).toEqual((await ofStream('heard')).slice(0, 3));
    });

    it('reads in pages, in order, and its chain holds', async () => {
      const all = await readAll(log, 7);
      expect(all.map((event) => event.position)).toEqual(all.map((_event, index) => index + 1));
      expect(all.every((event) => RecordedSchema.safeParse(event).success)).toBe(true);
      expect(verifyChain(all)).toEqual({ ok: true, head: { position: all.length, hash: all.at(-1)?.hash } });
    });
  });
};
