import type { LifecycleEvent } from '@keyturn/contracts/events';

const list = (versions: readonly number[]): string => versions.join(', ');
const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);

const CHANGES = { edit: 'edited public fields', value: 'a new value', 'roll-back': 'a rollback' } as const;

/** A restore had brought it back. */
const again = (position: number | undefined): string =>
  position === undefined ? '' : ` (again: the lost log had done so at position ${position})`;

type Rechecked = Extract<LifecycleEvent, { type: 'credential.rechecked' }>['data'];
const OUTCOMES = {
  tested: 'the provider still accepts it',
  failed: 'the provider does not accept it',
  'no-test': 'not tested',
  unreachable: 'not tested yet, the provider can’t be reached',
} as const satisfies Record<Rechecked['outcome'], string>;

type Deleted = Extract<LifecycleEvent, { type: 'credential.deleted' }>['data'];
const summariseEnd = ({ reason, revoked, leftAliveBecause, backupRetentionDays, repeats }: Deleted): string => {
  const atProvider =
    leftAliveBecause === undefined
      ? revoked.length === 0
        ? 'nothing was left to revoke'
        : `version ${list(revoked)} was revoked at the provider first`
      : `left alive at the provider, because ${leftAliveBecause}`;
  return `deleted: ${reason}; ${atProvider}; backups can still open it for ${backupRetentionDays} days${again(repeats)}`;
};

/** What happened to a credential outside its rotations, a sentence each. */
export const summariseLifecycle = ({ type, data }: LifecycleEvent): string => {
  switch (type) {
    case 'credential.disabled':
      return `disabled: ${data.reason}; nobody gets the secret any more, leases stay`;
    case 'credential.enabled':
      return `enabled again${because(data.reason)}`;
    case 'credential.change-asked':
      if (data.trial === true) return 'asked for a test of a value that is not to be kept';
      return `asked for ${CHANGES[data.kind]}: version ${data.version} becomes current once it is tested${because(data.reason)}`;
    case 'credential.change-failed':
      if (data.reasonCode === 'test-valid') return `the value passed its test, and is not kept: ${data.sentence}`;
      return `version ${data.version} did not become current (${data.reasonCode}): ${data.sentence}`;
    case 'credential.test-asked':
      return `asked for a test of version ${data.version}`;
    case 'credential.reveal-policy-changed':
      return data.revealable ? 'the secret may be shown to people again' : 'the secret is shown to nobody any more';
    case 'credential.deletion-started':
      return `began to delete it: ${data.reason}; version ${list(data.versions)} is to be revoked at the provider first`;
    case 'credential.shredded':
      return `deleted the data keys of version ${list(data.versions)}: only a backup can open them now${again(data.repeats)}`;
    case 'credential.deleted':
      return summariseEnd(data);
    case 'credential.rechecked':
      return `version ${data.version}, which the restore made current: ${OUTCOMES[data.outcome]}: ${data.sentence}`;
  }
};
