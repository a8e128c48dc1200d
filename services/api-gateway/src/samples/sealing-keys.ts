import type { SealingKeys } from '@keyturn/contracts';

export const SAMPLE_KEYS: SealingKeys = {
  identityPublicKey: 'sJ2nqcWDYZX0a3sXqv1kqfXb8vXkq3o6bJm1m0r2h4E',
  keys: [
    {
      id: '2026-03-02',
      publicKey: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo',
      notAfter: '2026-03-04T00:00:00.000Z',
      signature: 'kQ9f0o5Zt3c1mX8bq7wYH2sVd6uLr4NnJgTePaFiCzE',
    },
  ],
};
