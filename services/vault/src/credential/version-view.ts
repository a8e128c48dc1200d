import type { VersionView } from '@keyturn/contracts/queries';
import type { Version } from './version.ts';

export const versionView = ({
  version,
  status,
  epoch,
  publicFields,
  masks,
  stagedAt,
  committedAt,
  supersededAt,
  endedAt,
  tested,
  untested,
}: Version): VersionView => ({
  version,
  status,
  epoch,
  publicFields,
  masks,
  stagedAt,
  committedAt,
  supersededAt,
  endedAt,
  tested,
  untested,
});
