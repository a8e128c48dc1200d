import type { Bus } from '@keyturn/bus';
import { noticeSubject, SUBSCRIBER_REQUESTS, type Address } from '@keyturn/contracts';
import type { RotatedNotice } from '@keyturn/contracts/subscriber';
import type { Fields } from '../held-version.ts';
import type { MemoryVault } from './memory-vault.ts';

/** Puts a memory vault on a bus; commits and rollbacks made through it send their notice, and give the new generation. */
export const serveMemoryVault = (bus: Bus, vault: MemoryVault) => {
  bus.serve(SUBSCRIBER_REQUESTS, {}, ({ subject, payload }) => vault.answer(subject, payload));
  const send = (event: string, notice: RotatedNotice): number => {
    bus.publish(noticeSubject(notice.data.address, event), notice);
    return notice.data.generation;
  };
  return {
    commit: (address: Address, fields: Fields): number => send('rotated', vault.commit(address, fields)),
    rollBack: (address: Address, to: number): number => send('withdrawn', vault.rollBack(address, to)),
  };
};
