import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import type { KeyWrapper } from '../ports/key-wrapper.ts';

const context = { credentialId: '0197d2a0-0000-7000-8000-000000000001', version: 2 };
const key = (): Sensitive<Uint8Array> => new Sensitive<Uint8Array>(Uint8Array.from({ length: 32 }, (_, at) => at));

/** What every `KeyWrapper` keeps. */
export const describeKeyWrapper = (adapter: string, open: () => Promise<KeyWrapper>): void => {
  describe(`the key wrapper: ${adapter}`, () => {
    it('gives back the key that it wrapped', async () => {
      const wrapper = await open();
      const wrapped = await wrapper.wrap(key(), context);
      expect((await wrapper.unwrap(wrapped, context)).reveal()).toEqual(Buffer.from(key().reveal()));
    });
    it('wraps under the active KEK, each time to other bytes, without the key in them', async () => {
      const wrapper = await open();
      const [a, b] = [await wrapper.wrap(key(), context), await wrapper.wrap(key(), context)];
      expect([a.kekId, b.kekId]).toEqual([await wrapper.activeKekId(), await wrapper.activeKekId()]);
      expect(a.wrapped).not.toEqual(b.wrapped);
      expect(Buffer.from(a.wrapped).includes(Buffer.from(key().reveal()))).toBe(false);
    });
    it.each([{ version: 3 }, { credentialId: 'another' }, { purpose: 'sealing-key' }])('does not unwrap for %o', async (other) => {
      const wrapper = await open();
      await expect(wrapper.unwrap(await wrapper.wrap(key(), context), { ...context, ...other })).rejects.toThrow('does not unwrap');
    });
    it('does not unwrap what was changed or cut anywhere', async () => {
      const wrapper = await open();
      const { kekId, wrapped } = await wrapper.wrap(key(), context);
      for (let at = 0; at < wrapped.length; at += 1) {
        const changed = Uint8Array.from(wrapped);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await expect(wrapper.unwrap({ kekId, wrapped: changed }, context)).rejects.toThrow('does not unwrap');
        await expect(wrapper.unwrap({ kekId, wrapped: wrapped.subarray(0, at) }, context)).rejects.toThrow('does not unwrap');
      }
    });
    it('names the KEK that it does not hold', async () => {
      const wrapper = await open();
      const { wrapped } = await wrapper.wrap(key(), context);
      await expect(wrapper.unwrap({ kekId: 'kek-gone', wrapped }, context)).rejects.toThrow('kek-gone');
    });
  });
};
