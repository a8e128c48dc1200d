import { EventMeta, type Recorded } from '@keyturn/contracts/events';

/** The columns of a recorded event, without its ciphertext. */
export const EVENT_COLUMNS = 'e.position, e.stream, e.version, e.type, e.data, e.meta, e.recorded_at, e.sealed_hash, e.prev_hash, e.hash';

export type EventRow = {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: string;
  readonly meta: string;
  readonly recorded_at: string;
  readonly sealed_hash: string | null;
  readonly prev_hash: string;
  readonly hash: string;
};

export const toRecorded = (row: EventRow): Recorded => {
  const data: unknown = JSON.parse(row.data);
  return {
    position: Number(row.position),
    stream: row.stream,
    version: row.version,
    type: row.type,
    data,
    meta: EventMeta.parse(JSON.parse(row.meta)),
    recordedAt: row.recorded_at,
    sealedHash: row.sealed_hash,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
};
