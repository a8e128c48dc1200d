import type { Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import type { VaultDeps } from '../deps.ts';
import { submitToCredential } from './credential-job.ts';
import type { Opened } from './opened.ts';

/** Sets when a credential is rotated without anybody's click. Whether it can be rotated is found out when its turn comes. */
export const changeCredentialSchedule = (
  deps: VaultDeps,
  opened: Opened,
  { credentialId, schedule, remindDaysBefore }: VaultCommandData<'credential.change-schedule'>,
): Promise<Reply> =>
  submitToCredential(deps, opened, {
    credentialId,
    command: () => ({
      type: 'credential.change-schedule',
      data: { schedule, ...(remindDaysBefore === undefined ? {} : { remindDaysBefore }) },
    }),
    verdict: () => ({ credentialId }),
  });
