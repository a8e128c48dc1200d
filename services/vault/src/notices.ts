import { noticeSubject } from '@keyturn/contracts';
import { CredentialEvent, type Recorded } from '@keyturn/contracts/events';
import type { RotatedNotice } from '@keyturn/contracts/subscriber';

type Notice = { readonly subject: string; readonly payload: RotatedNotice };

const wordFor = (type: string): 'rotated' | 'withdrawn' | null => {
  if (type === 'credential.rotated') return 'rotated';
  return type === 'credential.rolled-back' ? 'withdrawn' : null;
};

/** What consumers are told of a recorded event, or null where it is none of their business. A hint: they compare generations anyway. */
export const noticeOf = (recorded: Recorded): Notice | null => {
  const word = wordFor(recorded.type);
  if (word === null) return null;
  const event = CredentialEvent.parse({ type: recorded.type, data: recorded.data });
  if (event.type !== 'credential.rotated' && event.type !== 'credential.rolled-back') return null;
  const { credentialId, address, to, generation } = event.data;
  return {
    subject: noticeSubject(address, word),
    payload: {
      specversion: '1.0',
      id: `${recorded.meta.incarnation}.${recorded.position}`,
      source: '/keyturn/vault',
      type: recorded.type,
      time: recorded.recordedAt,
      data: { credentialId, address, version: to, generation, position: recorded.position },
    },
  };
};
