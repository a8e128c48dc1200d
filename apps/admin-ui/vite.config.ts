import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

/** `vite` serves the page with the API proxied to a running gateway, named by `KEYTURN_GATEWAY_URL`. */
export default defineConfig(({ mode }) => {
  const gateway = loadEnv(mode, '.', 'KEYTURN_')['KEYTURN_GATEWAY_URL'];
  return {
    plugins: [react()],
    // @mantine/hooks imports react-dom without declaring it, which pnpm doesn't let it find.
    resolve: { dedupe: ['react', 'react-dom'] },
    // The gateway puts a fresh nonce here at every answer.
    html: { cspNonce: '__CSP_NONCE__' },
    server: gateway === undefined ? {} : { proxy: { '/api': gateway, '/auth': gateway } },
    build: {
      target: 'es2023',
      // The gateway's content security policy allows only files of our own: nothing inline, no data: URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
    },
  };
});
