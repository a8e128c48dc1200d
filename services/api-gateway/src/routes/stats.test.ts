import { CredentialType, LlmProviderId } from '@keyturn/contracts';
import { Stats } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { expect, it } from 'vitest';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, testApp } from '../testing/test-app.ts';

const exactly = (count: number) => ({ count, atLeast: false });
const TYPES = CredentialType.options;
const PROVIDERS = LlmProviderId.options;

it('asks for all counts at once, and answers them under their names', async () => {
  const vault = memoryVault({
    'credential.count': ok({
      counts: [
        [41, 40, 1, 0, 3, 2, 5, 7, 6, 8, 4],
        TYPES.flatMap((_type, index) => [index, 20, 30]),
        PROVIDERS.flatMap((_provider, index) => [index, 5, 2]),
      ]
        .flat()
        .map(exactly),
    }),
  });
  const { app } = testApp({ vault });
  const { credentials } = Stats.parse(await (await app.request('/api/v1/stats', { headers: bearer('auditor') })).json());
  expect(vault.calls.filter(({ name }) => name === 'credential.count')).toHaveLength(1);
  expect(credentials).toMatchObject({
    all: exactly(41),
    active: exactly(40),
    untested: exactly(3),
    overdue: exactly(7),
    refused: exactly(6),
    needingAttention: exactly(8),
    leftovers: exactly(4),
  });
  expect(credentials.ages).toEqual(
    TYPES.slice(1).map((credentialType, index) => ({
      credentialType,
      all: exactly(index + 1),
      over30Days: exactly(20),
      over90Days: exactly(30),
    })),
  );
  expect(credentials.llmAges).toEqual(
    PROVIDERS.slice(1).map((provider, index) => ({ provider, all: exactly(index + 1), over30Days: exactly(5), over90Days: exactly(2) })),
  );
});
