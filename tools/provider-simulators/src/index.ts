export { cloudflareIdOf, type CloudflarePolicy, type CloudflareToken, startCloudflare } from './cloudflare.ts';
export { type LlmKey, startLlmProviders, startOpenAi } from './llm.ts';
export { type NamecheapAccount, startNamecheap } from './namecheap.ts';
export { type Accepted, type At, type Fault, hashOf, type Held, type Simulator, startSimulator } from './simulator.ts';
export { startStripe, type StripeKey } from './stripe.ts';
