export { compareFences, type Fence } from './fence.ts';
export { generatePassword } from './generate-password.ts';
export { adapterOf, type ProviderAdapter } from './provider-adapter.ts';
export type {
  CandidatePlan,
  Changed,
  ChosenProvider,
  FencedChange,
  IssuerReport,
  Liveness,
  MissingPrivilege,
  Provider,
  Strategy,
  TestedLogin,
  UseSample,
} from './provider.ts';
export type { ProviderRefusal } from './refusal.ts';
