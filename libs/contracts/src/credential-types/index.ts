export * from './check-version-fields.ts';
export { DatabasePasswordFields } from './database-password.ts';
export type { FieldDisplay, FieldIssue, TypeDefinition } from './definition.ts';
export { fillPlaces, type HttpCheck, httpCheckOf, isExpected } from './http-check.ts';
export { isLlmProvider, LLM_PROVIDERS, LlmModel, type LlmProvider, LlmProviderId } from './llm-providers.ts';
export { CREDENTIAL_TYPES, CredentialType, type TestedType } from './registry.ts';
export { fittingProvider, PROVIDER_NAMES, ProviderName, providerOf, sharedProviderOf } from './providers.ts';
export { canOverlap, endsAtOnce, isFitIssuer, issuerTypeOf, losesLimits, serverOfIssuer, strategiesOf, strategyOf } from './strategies.ts';
export { instructionsFor, type RotationInstructions } from './rotation-instructions.ts';
