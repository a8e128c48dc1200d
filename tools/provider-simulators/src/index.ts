export { cloudflareIdOf, type CloudflarePolicy, type CloudflareToken, startCloudflare } from './cloudflare.ts';
export { startInFrontOf } from './in-front-of.ts';
export { type LlmKey, startLlmProviders } from './llm.ts';
export { type NamecheapAccount, startNamecheap } from './namecheap.ts';
export type { NamecheapDomain, NamecheapDomains, NamecheapHost } from './namecheap-domains.ts';
export { type OpenAiAccount, type OpenAiKey, openAiKeyIdOf, type OpenAiOptions, startOpenAi } from './openai.ts';
export { type Accepted, type At, bearerOf, type Fault, hashOf, type Held, type Simulator, startSimulator } from './simulator.ts';
export { startStripe, type StripeKey } from './stripe.ts';
