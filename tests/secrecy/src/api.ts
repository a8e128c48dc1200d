import { randomUUID } from 'node:crypto';
import type { Endpoints } from '@keyturn/dev-stack';
import type { Evidence } from './evidence.ts';

export type Asked = { readonly status: number; readonly json: unknown };
export type Api = {
  get(path: string): Promise<Asked>;
  post(path: string, body: string): Promise<Asked>;
};

/** The HTTP API as any program uses it; each answer is written down as it came. */
export const recordedApi = ({ gatewayUrl, tokens }: Endpoints, evidence: Evidence): Api => {
  const ask = async (path: string, init: RequestInit): Promise<Asked> => {
    const headers = { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const response = await fetch(`${gatewayUrl}${path}`, { ...init, headers, signal: AbortSignal.timeout(20_000) });
    const text = await response.text();
    evidence.add('api-answers', path, ...[...response.headers].flat(), text);
    return { status: response.status, json: parsed(text) };
  };
  return { get: (path) => ask(path, {}), post: (path, body) => ask(path, { method: 'POST', body }) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
