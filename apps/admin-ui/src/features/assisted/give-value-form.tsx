import { noTestBecause } from '@keyturn/contracts';
import type { CredentialView, RotationView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { assisted as assistedWords } from '../../strings-assisted.ts';
import { ExpiryInput } from '../credential-form/detail-inputs.tsx';
import { SecretInputs } from '../credential-form/field-inputs.tsx';
import { checkSecret, readFields } from '../credential-form/form-fields.ts';
import { saidOfExpiry } from '../credential-form/read-details.ts';
import { useForm } from '../credential-form/use-form.ts';
import { sendSealed } from '../sealing/seal-in-browser.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import classes from './assisted-card.module.css';
import { giveValue } from './assisted-writes.ts';

const text = assistedWords.value;

type Props = {
  readonly credential: CredentialView;
  readonly rotation: RotationView;
  /** Nothing is asked for while a value is tested; the box stays until one was taken, with what was wrong with it. */
  readonly onHeld: (held: boolean) => void;
};

/** The box for the value that a person made at the provider: sealed here, tested there. */
export const GiveValueForm = ({ credential, rotation, onHeld }: Props) => {
  const { credentialId, credentialType: type, publicFields } = credential;
  const client = useQueryClient();
  const form = useForm({
    check: (typed) => checkSecret(type, publicFields, typed),
    send: async (typed, { key }, onPhase) => {
      const { secretFields: fields } = readFields(type, typed);
      onPhase('sealing');
      onHeld(true);
      const what = { command: 'rotation.give-value', credentialId, idempotencyKey: key, fields } as const;
      return sendSealed(client, vaultMemory, what, (sealed) => {
        onPhase(noTestBecause(type, publicFields) === null ? 'testing' : 'sending');
        return giveValue(rotation, { sealed, ...saidOfExpiry(typed) }, key);
      });
    },
    onDone: () => {
      onHeld(false);
      void client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) });
    },
  });
  const isBusy = form.phase !== 'ready';
  const isTested = noTestBecause(type, publicFields) === null;
  return (
    <form
      autoComplete="off"
      noValidate
      aria-busy={isBusy}
      onInput={({ currentTarget, target }) => {
        if (target instanceof HTMLElement) form.changed(currentTarget, target.getAttribute('name') ?? '');
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void form.submit(event.currentTarget);
      }}
    >
      <fieldset className={classes['fields']} disabled={isBusy}>
        <SecretInputs type={type} form={form} />
        <ExpiryInput form={form} hint={strings.forms.details.newExpiryHint} />
      </fieldset>
      {form.problem !== null && <ProblemAlert error={form.problem} />}
      <div className={classes['actions']}>
        <span className={classes['status']} role="status">
          {isBusy ? (
            strings.forms.phases[form.phase]
          ) : (
            <>
              <IconShieldLock size={18} aria-hidden />
              {strings.forms.sealedHere}
            </>
          )}
        </span>
        <Button type="submit" loading={isBusy}>
          {isTested ? text.submit : text.untestedSubmit}
        </Button>
      </div>
    </form>
  );
};
