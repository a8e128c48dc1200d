import { commandIdFor } from '@keyturn/sealing';
import { describe, expect, it } from 'vitest';
import { commandIdOf } from './command-id.ts';

describe('the id of a command', () => {
  it('is known beforehand to a caller who seals for it', async () => {
    const made = commandIdOf('a key', 'ada', () => 'unused');
    expect(made).toEqual({ ok: false, refusal: 'idempotency-key-invalid' });
    const keyed = commandIdOf('import-1', 'https://sso.example/realms/x|ada', () => 'unused');
    expect(keyed).toEqual({ ok: true, value: await commandIdFor('https://sso.example/realms/x|ada', 'import-1') });
  });
});
