import { describe, expect, it } from 'vitest';
import { canonicalBytes } from './canonical-json.ts';
import { sealingAad } from './sealing-aad.ts';

const context = {
  subject: 'keyturn.cmd.vault.credential.stage-value',
  direction: 'request',
  commandId: '0190c8a0-1111-7000-8000-000000000001',
  about: 'system.postgres.ö"\\\u2028',
  expiresAt: '2026-11-28T17:41:55.000Z',
} as const;

describe('sealingAad', () => {
  it('is the RFC 8785 form of the context', () => expect(sealingAad(context)).toEqual(canonicalBytes({ v: 1, ...context })));
  it('has the link beside it, where there is one', () =>
    expect(sealingAad(context, 'link')).toEqual(canonicalBytes({ v: 1, ...context, linkId: 'link' })));
});
