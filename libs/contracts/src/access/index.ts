export * from './policy.ts';
export * from './tiers.ts';
export { policyMarkdown } from './policy-markdown.ts';
