import type { Bus } from '@keyturn/bus';
import { noticeSubject, SUBSCRIBER_REQUESTS, type Address } from '@keyturn/contracts';
import type { RotatedNotice } from '@keyturn/contracts/subscriber';
import type { Fields } from '../held-version.ts';
import type { MemoryVault } from './memory-vault.ts';

/** Puts a memory vault on a bus; what is done through it sends its notice; commits and rollbacks give the new generation. */
export const serveMemoryVault = (bus: Bus, vault: MemoryVault) => {
  bus.serve(SUBSCRIBER_REQUESTS, {}, ({ subject, payload }) => vault.answer(subject, payload));
  const send = (event: string, notice: RotatedNotice): number => {
    bus.publish(noticeSubject(notice.data.address, event), notice);
    return notice.data.generation;
  };
  return {
    commit: (address: Address, fields: Fields): number => send('rotated', vault.commit(address, fields)),
    /** Gives the number of the pending version. */
    askPreflight: (address: Address, fields: Fields, instances: readonly string[]): number => {
      const notice = vault.askPreflight(address, fields, instances);
      bus.publish(noticeSubject(address, 'preflight-asked'), notice);
      return notice.data.version;
    },
    commitPending: (address: Address): number => send('rotated', vault.commitPending(address)),
    rollBack: (address: Address, to: number): number => send('withdrawn', vault.rollBack(address, to)),
  };
};
