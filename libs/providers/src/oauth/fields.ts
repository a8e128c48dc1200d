import { z } from 'zod';

/** An opened `oauth_client_secret` value with which a token can be asked for. */
export const OAuthFields = z
  .object({
    clientId: z.string(),
    clientSecret: z.string(),
    issuerUrl: z.string().optional(),
    tokenUrl: z.string().optional(),
    scope: z.string().optional(),
  })
  .refine(({ issuerUrl, tokenUrl }) => issuerUrl !== undefined || tokenUrl !== undefined, { path: ['issuerUrl'] });
export type OAuthFields = z.infer<typeof OAuthFields>;
