import type {
  Actor,
  CredentialType,
  Details,
  DetailsChange,
  IssuerInspection,
  Origin,
  PublicFields,
  Refusal,
  RotationPolicy,
  TestReport,
  TestVerdict,
} from '@keyturn/contracts';
import type { EndedSessions } from '@keyturn/contracts/events';
import type { Facts } from './awaited.ts';
import type { Schedule } from './scheduled.ts';

type Sealed = { readonly publicFields: PublicFields; readonly masks: Readonly<Record<string, string>>; readonly sealed: Uint8Array };
/** When it ends, where that is known. */
type Ends = { readonly expiresAt?: string };
/** `sameAs`: the version whose secret it is, as the vault found. */
type Brought = Sealed & Ends & { readonly sameAs?: number };
type Asked = { readonly reason?: string; readonly evenIfUnreachable?: boolean };
type Ending = { readonly backupRetentionDays: number };
type OfEpoch = { readonly epoch: number };
/** Who decides, and what the world says at that moment. */
type Deciding = OfEpoch & { readonly by: Actor };
type OfVersion = { readonly epoch: number; readonly version: number };
type Report = {
  readonly consumer: string;
  readonly instance: string;
  readonly version: number;
  readonly generation: number;
  readonly elapsedMs: number;
};

/** What a lost log said of a deletion, and where. */
export type RepeatedDeletion = Ending & {
  readonly repeats: number;
  readonly reason: string;
  readonly revoked: readonly number[];
  readonly leftAliveBecause?: string | undefined;
};

/** What can be asked of a credential, once secrets are sealed and facts are gathered. Wire names, so that a trace reads the same everywhere. */
export type CredentialCommand =
  | {
      readonly type: 'credential.register';
      readonly data: Sealed & {
        readonly credentialId: string;
        readonly address: string;
        /** The other credential that has the address; null where none has. */
        readonly addressOwner: string | null;
        readonly credentialType: CredentialType;
        readonly issuer: string | null;
        readonly issuerType?: CredentialType;
        readonly policy: RotationPolicy;
        readonly details: Details;
        readonly origin?: Origin;
        /** It is what another system has in use: taken as it is. */
        readonly untested?: 'import';
        /** It becomes its service's default with its commit. */
        readonly isDefault: boolean;
        readonly evenIfUnreachable?: boolean;
        /** It ends with its test. */
        readonly trial?: boolean;
      };
    }
  | {
      readonly type: 'credential.change-details';
      readonly data: { readonly changes: DetailsChange; readonly addTags?: readonly string[]; readonly removeTags?: readonly string[] };
    }
  | {
      readonly type: 'credential.stage-value';
      readonly data: Brought & { readonly version: number; readonly evenIfUnreachable?: boolean };
    }
  | {
      readonly type: 'rotation.request';
      readonly data: {
        readonly reason: 'manual' | 'scheduled' | 'compromised';
        readonly note?: string;
        readonly elsewhere?: true;
        /** The bulk rotation of which it is a part. */
        readonly bulkId?: string;
        /** When that was asked for. */
        readonly askedAt?: string;
      };
    }
  | { readonly type: 'rotation.roll-back'; readonly data: { readonly reason: string } }
  | { readonly type: 'credential.disable'; readonly data: { readonly reason: string } }
  | { readonly type: 'credential.enable'; readonly data: { readonly reason?: string } }
  | { readonly type: 'credential.change-reveal-policy'; readonly data: { readonly revealable: boolean } }
  | {
      readonly type: 'credential.edit';
      /** Sealed as `version` from what `from` holds. */
      readonly data: Sealed & { readonly version: number; readonly from: number } & Asked;
    }
  | { readonly type: 'credential.roll-back'; readonly data: { readonly version: number; readonly reason: string } & Asked }
  | {
      readonly type: 'credential.delete';
      readonly data: Ending & {
        readonly confirm: string;
        readonly reason: string;
        readonly leftAliveBecause?: string;
        readonly facts: Facts;
        /** Addresses of the credentials whose issuer it is. */
        readonly managed: readonly string[];
      };
    }
  | {
      readonly type: 'errand.record-tested';
      readonly data: Ending &
        Omit<TestReport, 'verdict'> & {
          readonly version: number;
          readonly verdict: TestVerdict | 'no-test';
          /** The incarnation whose current versions are being rechecked; null where none are. */
          readonly rechecking: number | null;
          readonly issuer?: IssuerInspection;
        };
    }
  | {
      readonly type: 'credential.change-schedule';
      readonly data: { readonly schedule: Schedule | null; readonly remindDaysBefore?: readonly number[] };
    }
  /** The vault itself does what is due by the clock. `refusal`: why a rotation that is due may not be requested, on what lies beside the credential. */
  | { readonly type: 'credential.do-due'; readonly data: { readonly now: string; readonly refusal: Refusal | null } }
  | { readonly type: 'credential.request-test'; readonly data: Record<string, never> }
  /** The vault itself ends a change that nobody tested for so long. */
  | {
      readonly type: 'credential.end-change';
      readonly data: Ending & { readonly version: number; readonly now: string; readonly deadlineMs: number };
    }
  /** The vault itself says so of a type that has no test. */
  | { readonly type: 'credential.record-no-test'; readonly data: { readonly version: number; readonly incarnation: number } }
  /** The lost log had deleted it. */
  | { readonly type: 'credential.repeat-deletion'; readonly data: RepeatedDeletion }
  | { readonly type: 'errand.record-revoked'; readonly data: Ending & { readonly version: number } }
  | { readonly type: 'rotation.cancel'; readonly data: OfEpoch & { readonly reason: string; readonly by: string } }
  | {
      readonly type: 'rotation.approve';
      readonly data: Deciding & {
        readonly note?: string;
        readonly facts: Facts;
        /** Why whoever approves may not force; null where they may. */
        readonly refuseForcing: Refusal | null;
      };
    }
  | { readonly type: 'rotation.reject'; readonly data: Deciding & { readonly reason: string } }
  | {
      readonly type: 'rotation.force';
      /** `version`: the one that is meant to go. */
      readonly data: Deciding & { readonly version?: number; readonly reason: string; readonly facts: Facts };
    }
  | { readonly type: 'rotation.extend'; readonly data: OfEpoch & { readonly byMs: number; readonly reason: string; readonly now: string } }
  | {
      readonly type: 'credential.change-policy';
      readonly data: { readonly settings: Partial<RotationPolicy>; readonly reason: string; readonly by: Actor; readonly now: string };
    }
  | { readonly type: 'rotation.give-value'; readonly data: Brought & OfVersion }
  | { readonly type: 'rotation.report-deletion'; readonly data: OfEpoch & { readonly unprovenBecause?: string } }
  | {
      readonly type: 'epoch.announce-candidate';
      readonly data: OfVersion & {
        readonly providerId: string;
        readonly current: { readonly version: number; readonly providerId: string };
        readonly tryId: string;
      };
    }
  | {
      readonly type: 'epoch.stage-candidate';
      readonly data: OfVersion & Sealed & Ends & { readonly providerId: string; readonly tryId?: string };
    }
  | { readonly type: 'epoch.record-applied'; readonly data: OfVersion }
  | {
      readonly type: 'epoch.record-tested';
      readonly data: OfVersion & TestReport;
    }
  | { readonly type: 'epoch.ask-preflight'; readonly data: OfVersion & { readonly facts: Facts } }
  | {
      readonly type: 'credential.record-preflight';
      readonly data: Omit<Report, 'generation'> & { readonly ok: boolean; readonly sentence: string };
    }
  | { readonly type: 'epoch.commit'; readonly data: OfVersion & { readonly facts: Facts } }
  | { readonly type: 'credential.acknowledge'; readonly data: Report & { readonly ok: boolean; readonly sentence: string } }
  | {
      readonly type: 'epoch.record-evidence';
      readonly data: OfVersion & {
        readonly idle: boolean;
        readonly samples: number;
        readonly observedMs: number;
        readonly sentence: string;
      };
    }
  | { readonly type: 'epoch.hold'; readonly data: OfEpoch & { readonly waitingFor: string; readonly now: string } }
  | {
      readonly type: 'epoch.record-throttled';
      readonly data: OfEpoch & { readonly waitMs: number; readonly sentence: string; readonly now: string };
    }
  | { readonly type: 'epoch.escalate'; readonly data: OfEpoch & { readonly waitingFor: string; readonly now: string } }
  | { readonly type: 'epoch.start-revocation'; readonly data: OfVersion & { readonly facts: Facts } }
  | { readonly type: 'epoch.record-logins-denied'; readonly data: OfVersion & { readonly ended?: EndedSessions | undefined } }
  | { readonly type: 'epoch.record-revoked'; readonly data: OfVersion & { readonly now: string } }
  | { readonly type: 'epoch.complete'; readonly data: OfEpoch }
  | {
      readonly type: 'epoch.fail';
      readonly data: OfEpoch & { readonly step: string; readonly reasonCode: string; readonly sentence: string };
    }
  | { readonly type: 'credential.settle-leftover'; readonly data: { readonly version: number; readonly reason: string } }
  | {
      readonly type: 'ledger.start-revocation';
      readonly data: { readonly version: number; readonly evidence: string; readonly facts: Facts };
    }
  | { readonly type: 'ledger.record-revoked'; readonly data: { readonly version: number } }
  | { readonly type: 'ledger.record-discarded'; readonly data: { readonly version: number; readonly providerId?: string } }
  | { readonly type: 'ledger.record-revoke-failed'; readonly data: { readonly version: number; readonly sentence: string } };

export type CommandOf<Type extends CredentialCommand['type']> = Extract<CredentialCommand, { type: Type }>['data'];
