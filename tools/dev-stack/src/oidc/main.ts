import { createServer } from 'node:http';
import { z } from 'zod';
import { oidcApp } from './app.ts';
import { consumerClients } from './consumer-clients.ts';
import { isAccountDisabled } from './disabled-accounts.ts';
import { oidcKeys } from './keys.ts';
import { createProvider } from './provider.ts';

// A process of its own, so that it can be killed and restarted like every other server.
const { OIDC_PORT: port, OIDC_DIR: oidcDir } = z.object({ OIDC_PORT: z.coerce.number().int(), OIDC_DIR: z.string() }).parse(process.env);
const provider = createProvider({
  issuer: `http://127.0.0.1:${port}`,
  keys: await oidcKeys(oidcDir),
  consumers: await consumerClients(oidcDir),
  isDisabled: (account) => isAccountDisabled(oidcDir, account),
});
const server = createServer(oidcApp(provider)).listen(port, '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
