import type { Actor, OneShotBox } from '@keyturn/contracts';
import type { VaultCommandInput } from '@keyturn/contracts/commands';
import type { VaultQueryAnswer, VaultQueryInput, VaultQueryName } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { Result, Sensitive } from '@keyturn/kernel';

/** The commands that people and programs may send; the gateway's NATS user can publish no others. */
export type GatewayCommandName =
  | 'credential.register'
  | 'credential.change-details'
  | 'credential.stage-value'
  | 'legacy-user.map'
  | 'credential.verify-value'
  | 'credential.disable'
  | 'credential.enable'
  | 'credential.edit'
  | 'credential.roll-back'
  | 'credential.request-test'
  | 'credential.settle-leftover'
  | 'credential.compare'
  | 'credential.reveal'
  | 'credential.resolve'
  | 'credential.change-reveal-policy'
  | 'credential.change-schedule'
  | 'credential.change-policy'
  | 'credential.delete'
  | 'credential.delete-only'
  | 'execution-server.set'
  | 'execution-server.remove'
  | 'execution-server.resolve'
  | 'llm.choose'
  | 'llm.clear-choice'
  | 'llm.resolve'
  | 'rotation.request'
  | 'rotation.roll-back'
  | 'rotation.cancel'
  | 'rotation.approve'
  | 'rotation.reject'
  | 'rotation.force'
  | 'rotation.extend'
  | 'rotation.give-value'
  | 'rotation.report-deletion'
  | 'bulk-rotation.request'
  | 'bulk-rotation.pause'
  | 'bulk-rotation.resume'
  | 'bulk-rotation.cancel'
  | 'consumer.register'
  | 'consumer.issue-token'
  | 'consumer.revoke-token'
  | 'consumer.issue-credentials'
  | 'credential.record-export'
  | 'person.revoke-sessions'
  | 'request.begin'
  | 'key-ring.add'
  | 'key-ring.activate'
  | 'key-ring.rewrap'
  | 'key-ring.retire'
  | 'backup.start'
  | 'restore.publish';

/** Those that answer what a program is to use. */
export type ResolvingName = 'credential.resolve' | 'llm.resolve' | 'execution-server.resolve';

export type GatewayCommand<Name extends GatewayCommandName> = {
  readonly commandId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  /** Refuse it where the credential is at another revision. */
  readonly ifRevision?: string;
  readonly data: VaultCommandInput<Name>;
  /** Sealed by the caller to the vault; this process only passes it on. Instead of `secret`. */
  readonly box?: OneShotBox;
  /** Sealed over the link before it leaves this process; `about` is the credential's id. */
  readonly secret?: { readonly about: string; readonly fields: Sensitive<Readonly<Record<string, string>>> };
};

/** What was revealed, and the secret where it was not sealed past this process. */
export type Revealed = { readonly value: unknown; readonly secret?: Sensitive<unknown> };

/**
 * The vault, as the gateway needs it. Refusals are returned; no answer is a thrown `ServiceUnavailable` (nothing was done) or, for a
 * command, `OutcomeUnknown`.
 */
export interface VaultClient {
  command<Name extends GatewayCommandName>(name: Name, command: GatewayCommand<Name>): Promise<Result<unknown, Refusal>>;
  /** A reveal: the secret comes sealed to this process, unless the data names the caller's own key. */
  reveal(command: GatewayCommand<'credential.reveal'>): Promise<Result<Revealed, Refusal>>;
  /** What a program is to use; the secret comes sealed to this process. */
  resolve<Name extends ResolvingName>(name: Name, command: GatewayCommand<Name>): Promise<Result<Revealed, Refusal>>;
  query<Name extends VaultQueryName>(
    name: Name,
    query: { readonly actor: Actor; readonly data: VaultQueryInput<Name> },
  ): Promise<Result<VaultQueryAnswer<Name>, Refusal>>;
}
