import { noticeSubject } from '@keyturn/contracts';
import { CredentialEvent, type Recorded } from '@keyturn/contracts/events';
import type { PreflightNotice, RotatedNotice } from '@keyturn/contracts/subscriber';

type Notice = { readonly subject: string; readonly payload: RotatedNotice | PreflightNotice };

const TOLD: ReadonlySet<string> = new Set([
  'credential.rotated',
  'credential.rolled-back',
  'credential.preflight-asked',
  'credential.disabled',
  'credential.enabled',
]);

const envelopeOf = ({ meta, position, type, recordedAt }: Recorded) =>
  ({ specversion: '1.0', id: `${meta.incarnation}.${position}`, source: '/keyturn/vault', type, time: recordedAt }) as const;

/** What consumers are told of a recorded event, or null where it is none of their business. A hint: they compare generations anyway. */
export const noticeOf = (recorded: Recorded): Notice | null => {
  if (!TOLD.has(recorded.type)) return null;
  const event = CredentialEvent.parse({ type: recorded.type, data: recorded.data });
  const { position } = recorded;
  switch (event.type) {
    case 'credential.rotated':
    case 'credential.rolled-back': {
      const { credentialId, address, to, generation } = event.data;
      const subject = noticeSubject(address, event.type === 'credential.rotated' ? 'rotated' : 'withdrawn');
      return { subject, payload: { ...envelopeOf(recorded), data: { credentialId, address, version: to, generation, position } } };
    }
    case 'credential.disabled':
    case 'credential.enabled': {
      const { credentialId, address, version, generation } = event.data;
      if (version === null) return null;
      const subject = noticeSubject(address, event.type === 'credential.disabled' ? 'disabled' : 'enabled');
      return { subject, payload: { ...envelopeOf(recorded), data: { credentialId, address, version, generation, position } } };
    }
    case 'credential.preflight-asked': {
      const { credentialId, address, version, instances, until } = event.data;
      const data = { credentialId, address, version, instances, until, position };
      // Nobody to ask: nobody is told.
      return instances.length === 0
        ? null
        : { subject: noticeSubject(address, 'preflight-asked'), payload: { ...envelopeOf(recorded), data } };
    }
    default:
      return null;
  }
};
