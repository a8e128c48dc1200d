export * from './policy.ts';
export { policyMarkdown } from './policy-markdown.ts';
