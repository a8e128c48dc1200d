import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';

/** Leaves each script and style by Brotli beside it, once at the build: the gateway serves that to who takes it. */
const brotli = (): Plugin => ({
  name: 'keyturn-brotli',
  apply: 'build',
  writeBundle: async ({ dir = '' }, bundle) => {
    const names = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name));
    await Promise.all(
      names.map(async (name) => {
        const file = join(dir, name);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(await readFile(file)));
      }),
    );
  },
});

/** `vite` serves the page with the API proxied to a running gateway, named by `KEYTURN_GATEWAY_URL`. */
export default defineConfig(({ mode }) => {
  const gateway = loadEnv(mode, '.', 'KEYTURN_')['KEYTURN_GATEWAY_URL'];
  return {
    plugins: [react(), brotli()],
    // @mantine/hooks imports react-dom without declaring it, which pnpm doesn't let it find.
    resolve: { dedupe: ['react', 'react-dom'] },
    // The gateway puts a fresh nonce here at every answer.
    html: { cspNonce: '__CSP_NONCE__' },
    server: gateway === undefined ? {} : { proxy: { '/api': gateway, '/auth': gateway, '/readyz': gateway } },
    build: {
      target: 'es2023',
      // The gateway's content security policy allows only files of our own: nothing inline, no data: URLs.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      // What most pages share comes as one script: each one by itself would cost more in headers and lost compression than it saves.
      // But dialogs come when one is opened.
      rolldownOptions: {
        output: {
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [{ name: 'shared', test: /admin-ui\/src\/shared\/(?!state\/dialog)|@tabler\/icons-react/u, minShareCount: 3 }],
          },
        },
      },
    },
  };
});
