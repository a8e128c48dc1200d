export { cloudflareAdapter } from './cloudflare-adapter.ts';
export { cloudflareRotation } from './cloudflare-rotation.ts';
