import { CredentialId } from '@keyturn/contracts';
import { CliFailure } from '../cli-failure.ts';
import type { Gateway } from '../connection/gateway.ts';
import { listAll } from './list-all.ts';

/** A credential as a person names it, by its id or its address: its id. */
export const resolveId = async (gateway: Gateway, named: string): Promise<string> => {
  if (CredentialId.safeParse(named).success) return named;
  for await (const items of listAll(gateway, named)) {
    const found = items.find(({ address }) => address === named);
    if (found) return found.credentialId;
  }
  throw new CliFailure('unknown', 'There is no credential with this id or address.', { code: 'credential-unknown' });
};
