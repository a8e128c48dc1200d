import type { Fence } from './fence.ts';

/**
 * What a provider may answer instead of doing what was asked. Every refusal has a sentence for people that names what to do;
 * it never carries text of the provider, which may repeat a secret. Only `provider-unreachable` is worth a retry.
 */
export type ProviderRefusal =
  | { readonly code: 'stale-epoch'; readonly sentence: string; readonly found: Fence }
  | { readonly code: 'login-claimed'; readonly sentence: string; readonly username: string }
  | { readonly code: 'login-missing'; readonly sentence: string; readonly username: string }
  | { readonly code: 'fields-invalid'; readonly sentence: string; readonly field: string }
  | { readonly code: 'issuer-denied'; readonly sentence: string; readonly sqlState?: string }
  | { readonly code: 'issuer-lacks-privilege'; readonly sentence: string; readonly grants: readonly string[] }
  | { readonly code: 'issuer-unfit'; readonly sentence: string }
  | { readonly code: 'provider-unreachable'; readonly sentence: string }
  | { readonly code: 'provider-refused'; readonly sentence: string; readonly sqlState?: string };
