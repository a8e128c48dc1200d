export { compareFences, type Fence } from './fence.ts';
export { generatePassword } from './generate-password.ts';
export { actsAs, asOneWork, givingWay, TurnTooFar, withAccount } from './http/index.ts';
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
  SeenOfIssuer,
  TestedLogin,
  UseSample,
} from './provider.ts';
export type { ProviderRefusal } from './refusal.ts';
export { assistedRotation } from './rotation/assisted-rotation.ts';
export { chosenRotation } from './rotation/chosen-rotation.ts';
export { lacksOf } from './rotation/lacks.ts';
export type {
  Announcement,
  ChosenValues,
  Inspection,
  IssuedValue,
  IssuedValues,
  Kept,
  OpenedFields,
  ProviderChange,
  RevokedValues,
  RotationProvider,
  TestedValues,
} from './rotation/rotation-provider.ts';
