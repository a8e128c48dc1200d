import { CredentialView, GivenValue } from '@keyturn/contracts/api';
import { RotationStarted } from '@keyturn/contracts/commands';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Action, Bind } from '../context.ts';
import { collect } from './collect.ts';
import { readSecrets } from './given-secrets.ts';
import { resolveId } from './resolve-id.ts';
import { numberOf, rotationPath, rotationsOf } from './rotation-path.ts';

const ValueOptions = z.object({
  secretFile: z.array(z.string()).min(1, 'the new value is needed'),
  expiresAt: z.iso.datetime({ offset: true, error: 'a time is needed, such as 2027-01-01T00:00:00Z' }).optional(),
});

const SAID = {
  tested: (sentence: string | null) => sentence ?? 'It was tested.',
  testing: (sentence: string | null) =>
    sentence === null
      ? 'It is still being tested; the rotation tells how that ends.'
      : `It can’t be tested yet: ${sentence} It is tried again; the rotation tells how that ends.`,
  untested: () => 'There is no test of it: the consumers try it.',
} as const;

const value: Action = async (context, named = '', epoch = '') => {
  const { secretFile, expiresAt } = context.options(ValueOptions);
  const number = numberOf(epoch);
  const { gateway, sealing } = await context.connect();
  const credentialId = await resolveId(gateway, named);
  const { credentialType } = await gateway.ask({ path: `/api/v1/admin/credentials/${credentialId}`, answers: CredentialView });
  const fields = await readSecrets(context, credentialType, secretFile);
  const idempotencyKey = context.newKey();
  const given = await sealing.sealed({ command: 'rotation.give-value', credentialId, idempotencyKey, fields }, (sealed) =>
    gateway.ask({
      method: 'POST',
      path: `${rotationsOf(credentialId)}/${number}/value`,
      idempotencyKey,
      body: { sealed, ...(expiresAt === undefined ? {} : { expiresAt }) },
      answers: GivenValue,
    }),
  );
  context.printer.result(given, [`Brought version ${given.version} for rotation ${given.epoch}. ${SAID[given.status](given.sentence)}`]);
  return 'ok';
};

const oldValueDeleted: Action = async (context, named = '', epoch = '') => {
  const { unprovenBecause } = context.options(z.object({ unprovenBecause: z.string().min(1).max(300).optional() }));
  numberOf(epoch);
  const { gateway } = await context.connect();
  const path = `${await rotationPath(gateway, [named, epoch])}/old-value-deleted`;
  const body = unprovenBecause === undefined ? {} : { unprovenBecause };
  const said = await gateway.ask({ method: 'POST', path, idempotencyKey: context.newKey(), body, answers: RotationStarted });
  const asked = 'The provider is asked until it refuses the old value, where it can be asked.';
  const then = unprovenBecause === undefined ? asked : 'Your word is taken where the provider was asked before.';
  context.printer.result(said, [`Said for rotation ${said.epoch}. ${then}`]);
  return 'ok';
};

/** What a person does in a rotation whose values are made and removed at the provider's site. `one` begins a command on one rotation. */
export const addAssistedCommands = (one: (name: string) => Command, bind: Bind): void => {
  one('value')
    .description('brings the new value that you made at the provider; it is sealed to the vault, and tested')
    .requiredOption('--secret-file <[field=]file>', 'the new value, or one of its fields; - is standard input', collect)
    .option(
      '--expires-at <time>',
      'when the new value ends, such as 2027-01-01T00:00:00Z; without it none is known: the old one’s date goes with the old one',
    )
    .action(bind(value));
  one('old-value-deleted')
    .description('says that you removed the old value at the provider, which is then asked')
    .option('--unproven-because <text>', 'ends it on your word, where the provider can’t say that it is dead')
    .action(bind(oldValueDeleted));
};
