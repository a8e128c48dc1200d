import type { BulkRotationEvent, BulkSelection, DomainEvent } from '@keyturn/contracts/events';

export const isOfBulk = (event: DomainEvent): event is BulkRotationEvent => event.type.startsWith('bulk-rotation.');

const which = ({ service, provider, credentialType, tag, byIds }: BulkSelection): string =>
  [
    ...(service === undefined ? [] : [`of ${service}`]),
    ...(provider === undefined ? [] : [`at ${provider}`]),
    ...(credentialType === undefined ? [] : [`of type ${credentialType}`]),
    ...(tag === undefined ? [] : [`tagged ${tag}`]),
    ...(byIds === true ? ['chosen one by one'] : []),
  ].join(', ');

/** What happened to a bulk rotation, a sentence each. */
export const summariseBulk = ({ type, data }: BulkRotationEvent): string => {
  const bulk = `bulk rotation ${data.bulkId}`;
  switch (type) {
    case 'bulk-rotation.requested': {
      const note = data.note === undefined ? '' : `: ${data.note}`;
      return `asked for ${bulk} (${data.reason}) of ${data.members.length} credentials, ${which(data.selection)}${note}`;
    }
    case 'bulk-rotation.member-started':
      return `rotation ${data.epoch} began as part of ${bulk}`;
    case 'bulk-rotation.member-skipped':
      return `${bulk} passes it over (${data.reasonCode}): ${data.sentence}`;
    case 'bulk-rotation.member-ended':
      return `rotation ${data.epoch}, part of ${bulk}, ${data.outcome}${data.outcome === 'failed' ? `: ${data.sentence}` : ''}`;
    case 'bulk-rotation.paused':
      return `paused ${bulk}: ${data.sentence}`;
    case 'bulk-rotation.resumed':
      return `resumed ${bulk}`;
    case 'bulk-rotation.cancelled':
      return `cancelled ${bulk}: ${data.sentence}`;
    case 'bulk-rotation.ended':
      return `${bulk} is through: ${data.completed} completed, ${data.failed} failed, ${data.skipped} skipped, ${data.cancelled} cancelled`;
  }
};
