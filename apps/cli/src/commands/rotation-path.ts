import { Epoch } from '@keyturn/contracts';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { Gateway } from '../connection/gateway.ts';
import { resolveId } from './resolve-id.ts';

/** One rotation as a person names it: its credential, by id or address, and its number. */
export type NamedRotation = readonly [named: string, epoch: string];

export const rotationsOf = (credentialId: string): string => `/api/v1/admin/credentials/${credentialId}/rotations`;

/** Its number, before anything is asked. */
export const numberOf = (epoch: string): number => {
  const number = z.coerce.number().pipe(Epoch).safeParse(epoch);
  if (!number.success) throw new CliFailure('usage', 'A rotation is named by its number, 1 or more.');
  return number.data;
};

/** Where it is in the API. */
export const rotationPath = async (gateway: Gateway, [named, epoch]: NamedRotation): Promise<string> =>
  `${rotationsOf(await resolveId(gateway, named))}/${numberOf(epoch)}`;
