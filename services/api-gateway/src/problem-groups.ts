import type { ProblemCode } from './problems.ts';

/** What the vault may say to any question. */
export const QUERY_PROBLEMS = ['not-allowed', 'message-invalid', 'vault-unavailable'] as const satisfies readonly ProblemCode[];

/** What the vault may say to any command. */
export const COMMAND_PROBLEMS = [...QUERY_PROBLEMS, 'command-reused', 'outcome-unknown'] as const satisfies readonly ProblemCode[];

/** What it may say besides to a command with something sealed in it. */
export const SEALED_PROBLEMS = ['link-unknown', 'seal-invalid', 'seal-expired'] as const satisfies readonly ProblemCode[];

/** What audit may say to any question. */
export const AUDIT_PROBLEMS = ['not-allowed', 'message-invalid', 'audit-unavailable'] as const satisfies readonly ProblemCode[];

/** What it may say besides where public fields come with a command: who could have a secret sent to themselves needs what a reveal needs. */
export const MOVE_PROBLEMS = ['secret-needed', 'recent-login-required'] as const satisfies readonly ProblemCode[];

/** What it may say to a program that asks for what it is to use, for itself or for a user. */
export const PROGRAM_PROBLEMS = [
  ...COMMAND_PROBLEMS,
  'consumer-unknown',
  'consumer-claim-missing',
  'api-token-invalid',
  'grant-missing',
  'user-not-shown',
  'on-behalf-of-invalid',
  'credential-unknown',
  'credential-disabled',
  'credential-deleting',
  'credential-deleted',
  'restore-unchecked',
  'link-unknown',
] as const satisfies readonly ProblemCode[];
