import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import type { Readiness } from '../readiness.ts';

const Alive = z.object({ status: z.literal('ok') });
const Ready = z.object({ status: z.enum(['ok', 'down']), down: z.array(z.string()) });

export const healthRoutes = ({ readiness }: { readonly readiness: Readiness }): Endpoint[] => [
  endpoint(
    {
      name: 'isAlive',
      method: 'get',
      path: '/healthz',
      summary: 'Answers while the process is up',
      tag: 'Service',
      access: 'public',
      takes: z.object({}),
      answers: { 200: Alive },
      refuses: [],
      example: { answers: { 200: { status: 'ok' } } },
    },
    async () => ok({ status: 200, body: { status: 'ok' } }),
  ),
  endpoint(
    {
      name: 'isReady',
      method: 'get',
      path: '/readyz',
      summary: 'Names what is down',
      tag: 'Service',
      access: 'public',
      takes: z.object({}),
      answers: { 200: Ready, 503: Ready },
      refuses: [],
      example: { answers: { 200: { status: 'ok', down: [] }, 503: { status: 'down', down: ['vault: postgres', 'audit'] } } },
    },
    async () => {
      const down = await readiness.down();
      return ok(down.length === 0 ? { status: 200, body: { status: 'ok', down } } : { status: 503, body: { status: 'down', down } });
    },
  ),
];
