import { mintDevTokens } from '@keyturn/dev-stack';
import { inject } from 'vitest';
import './provided-stack.ts';

/** Before each file: whoever acts in it has signed in just now, however long the stack has been up, as reveal, export and force ask for. */
const { endpoints, oidcDir } = inject('stack');
Object.assign(endpoints.tokens, await mintDevTokens({ oidcDir, issuer: endpoints.oidcIssuer }));
