import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { type Endpoints, endpointsFile } from './endpoints.ts';

const token = z.string().min(1);

const Written = z.object({
  gatewayUrl: z.url(),
  adminUiUrl: z.url(),
  natsUrl: z.url(),
  natsCredsDir: z.string(),
  databaseUrl: z.url(),
  auditDatabaseUrl: z.url(),
  ordersDatabaseUrl: z.url(),
  temporalAddress: z.string(),
  temporalUiUrl: z.url(),
  oidcIssuer: z.url(),
  tokens: z.object({ admin: token, admin2: token, operator: token, auditor: token, professional: token, free: token }),
  workload: z.object({ address: z.string(), statsFiles: z.array(z.string()) }),
}) satisfies z.ZodType<Endpoints>;

const none = (why: string, cause?: unknown): CannotStart =>
  new CannotStart(`No stack runs (${why}): start one with \`npx --yes pnpm@10 start\`, then try again.`, { cause });

/** Finds the running stack through what it wrote, and asks its gateway whether it is up. Throws `CannotStart` where none is. */
export const readEndpoints = async (varDir: string): Promise<Endpoints> => {
  const path = endpointsFile(varDir);
  const endpoints = Written.safeParse(readJson(path));
  if (!endpoints.success) throw none(`${path} is missing or from another version`, endpoints.error);
  const isUp = await fetch(`${endpoints.data.gatewayUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (isUp === null) throw none(`the gateway that ${path} names does not answer`);
  if (!isUp.ok) throw new CannotStart(`The stack is not ready: ${endpoints.data.gatewayUrl}/readyz says what is down.`);
  return endpoints.data;
};

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
};
