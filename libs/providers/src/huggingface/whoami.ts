import { z } from 'zod';
import { counted } from '../http/index.ts';

const Scopes = z.object({
  global: z.array(z.string()).default([]),
  scoped: z.array(z.object({ permissions: z.array(z.string()) })).default([]),
});
const Whoami = z.object({
  name: z.string(),
  auth: z.object({ accessToken: z.object({ role: z.string(), fineGrained: Scopes.optional() }).optional() }).optional(),
});

/** How the Hub names a permission: no token looks so, and whoever answers instead of it can't have us repeat one. */
const SCOPE = /^[a-z]{1,30}(?:\.[a-z]{1,30}){1,4}$/u;
const MOST_SCOPES = 15;

/** The permissions that a fine-grained token lists, each once, wherever it has them. */
const scopesOf = ({ global, scoped }: z.infer<typeof Scopes>): readonly string[] => {
  const names = new Set([...global, ...scoped.flatMap(({ permissions }) => permissions)].filter((name) => SCOPE.test(name)));
  const shown = [...names].toSorted().slice(0, MOST_SCOPES);
  const more = names.size - shown.length;
  return [...shown.map((name) => `use ${name}`), ...(more > 0 ? [`use ${counted(more, 'more scope')}`] : [])];
};

/** What a token can do by the Hub's answer to who it is. A role that we don't know is passed over in silence, as are scopes that it doesn't list. */
export const whatTokenCan = (body: unknown): readonly string[] | null => {
  const whoami = Whoami.safeParse(body).data;
  if (!whoami) return null;
  const token = whoami.auth?.accessToken;
  if (token?.role === 'read') return ['read'];
  if (token?.role === 'write') return ['read and write'];
  if (token?.role !== 'fineGrained') return [];
  return token.fineGrained === undefined ? ['do what its own list says, which HuggingFace doesn’t tell'] : scopesOf(token.fineGrained);
};
