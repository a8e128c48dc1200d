import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import type { KeyWrapper } from '../ports/key-wrapper.ts';

const context = { credentialId: '0197d2a0-0000-7000-8000-000000000001', version: 2 };
const key = (): Sensitive<Uint8Array> => new Sensitive<Uint8Array>(Uint8Array.from({ length: 32 }, (_, at) => at));

/** What every `KeyWrapper` keeps. `open` gives one that holds two KEKs. */
export const describeKeyWrapper = (adapter: string, open: () => Promise<KeyWrapper>): void => {
  const opened = async () => {
    const wrapper = await open();
    const [first = '', second = ''] = wrapper.held();
    return { wrapper, first, second };
  };

  describe(`the key wrapper: ${adapter}`, () => {
    it('gives back the key that it wrapped, under each KEK that it holds', async () => {
      const { wrapper, first, second } = await opened();
      for (const kekId of [first, second]) {
        const wrapped = await wrapper.wrap(kekId, key(), context);
        expect(wrapped.kekId).toBe(kekId);
        expect((await wrapper.unwrap(wrapped, context)).reveal()).toEqual(Buffer.from(key().reveal()));
      }
    });
    it('wraps each time to other bytes, without the key in them', async () => {
      const { wrapper, first } = await opened();
      const [a, b] = [await wrapper.wrap(first, key(), context), await wrapper.wrap(first, key(), context)];
      expect(a.wrapped).not.toEqual(b.wrapped);
      expect(Buffer.from(a.wrapped).includes(Buffer.from(key().reveal()))).toBe(false);
    });
    it.each([{ version: 3 }, { credentialId: 'another' }, { purpose: 'sealing-key' }])('does not unwrap for %o', async (other) => {
      const { wrapper, first } = await opened();
      await expect(wrapper.unwrap(await wrapper.wrap(first, key(), context), { ...context, ...other })).rejects.toThrow('does not unwrap');
    });
    it('does not unwrap what was changed or cut anywhere', async () => {
      const { wrapper, first } = await opened();
      const { kekId, wrapped } = await wrapper.wrap(first, key(), context);
      for (let at = 0; at < wrapped.length; at += 1) {
        const changed = Uint8Array.from(wrapped);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await expect(wrapper.unwrap({ kekId, wrapped: changed }, context)).rejects.toThrow('does not unwrap');
        await expect(wrapper.unwrap({ kekId, wrapped: wrapped.subarray(0, at) }, context)).rejects.toThrow('does not unwrap');
      }
    });
    it('does not unwrap with another of its KEKs', async () => {
      const { wrapper, first, second } = await opened();
      const { wrapped } = await wrapper.wrap(first, key(), context);
      await expect(wrapper.unwrap({ kekId: second, wrapped }, context)).rejects.toMatchObject({ part: 'data-key' });
    });
    it('names the KEK that it does not hold', async () => {
      const { wrapper, first } = await opened();
      const { wrapped } = await wrapper.wrap(first, key(), context);
      await expect(wrapper.unwrap({ kekId: 'kek-gone', wrapped }, context)).rejects.toMatchObject({
        part: 'kek',
        message: 'the KEK kek-gone is not held by this vault',
      });
      await expect(wrapper.wrap('kek-gone', key(), context)).rejects.toThrow('kek-gone');
    });
    it('never wraps twice with one nonce', async () => {
      const { wrapper, first } = await opened();
      const nonces = new Set<string>();
      for (let time = 0; time < 2_000; time += 1) {
        nonces.add(Buffer.from((await wrapper.wrap(first, key(), context)).wrapped.subarray(1, 13)).toString('hex'));
      }
      expect(nonces.size).toBe(2_000);
    });
  });
};
