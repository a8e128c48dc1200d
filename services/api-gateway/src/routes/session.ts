import { Session } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { problemResponse } from '../problems.ts';

export const sessionRoutes = ({ temporalUiUrl }: { readonly temporalUiUrl: string | null }): Endpoint[] => [
  endpoint(
    {
      name: 'readSession',
      method: 'get',
      path: '/api/v1/session',
      summary: 'Says who is signed in',
      tag: 'Identity',
      access: 'signed-in',
      takes: z.object({}),
      answers: { 200: Session },
      refuses: [],
      example: { answers: { 200: { id: 'admin', name: 'Ada Admin', roles: ['admin'], tier: 'enterprise', via: 'cookie' } } },
    },
    async (_input, { caller, requestId }) => {
      if (caller === null) return problemResponse('unauthenticated', requestId);
      const { id, name, roles, tier, via } = caller;
      return ok({ status: 200, body: { id, name, roles, tier, via, ...(temporalUiUrl === null ? {} : { temporalUiUrl }) } });
    },
  ),
];
