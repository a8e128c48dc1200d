import { Button, Checkbox } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { IdentityChanged } from '../sealing/identity-changed.ts';
import { sealingQueries } from '../sealing/sealing-queries.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import classes from './credential-form.module.css';
import type { Form, Phase } from './use-form.ts';

const text = strings.forms;
const { changed } = strings.sealing;

/** The way on after the vault's identity changed: only a person who asked somebody takes it. */
const TrustAnew = ({ shown, onTrusted }: { readonly shown: string; readonly onTrusted: () => void }) => {
  const client = useQueryClient();
  const [isCompared, setCompared] = useState(false);
  const trust = (): void => {
    vaultMemory.trust(shown);
    void client.invalidateQueries({ queryKey: sealingQueries.key });
    onTrusted();
  };
  return (
    <div className={classes['actions']}>
      <Checkbox label={changed.compared} checked={isCompared} onChange={(event) => setCompared(event.currentTarget.checked)} />
      <Button variant="default" size="xs" disabled={!isCompared} onClick={trust}>
        {changed.trust}
      </Button>
    </div>
  );
};

const Status = ({ phase, sealed }: { readonly phase: Phase; readonly sealed: boolean }) => (
  <span className={classes['status']} role="status">
    {phase === 'ready' ? (
      sealed && (
        <>
          <IconShieldLock size={18} aria-hidden />
          {text.sealedHere}
        </>
      )
    ) : (
      <>{text.phases[phase]}</>
    )}
  </span>
);

type Props = {
  readonly form: Form;
  /** Something of it is sealed in this browser; the form says so. */
  readonly sealed?: boolean;
  readonly submit: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
};

/** The frame of every form of a credential: its inputs, what went wrong, what it is busy with, and its buttons, which stay in sight. */
export const FormShell = ({ form, sealed = false, submit, onCancel, children }: Props) => {
  const { phase, problem } = form;
  const isBusy = phase !== 'ready';
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isBusy) void form.submit(event.currentTarget);
  };
  const note = ({ currentTarget, target }: FormEvent<HTMLFormElement>): void => {
    if (target instanceof HTMLElement) form.changed(currentTarget, target.getAttribute('name') ?? '');
  };
  return (
    <form onSubmit={send} onInput={note} autoComplete="off" noValidate aria-busy={isBusy}>
      <fieldset className={classes['fields']} disabled={isBusy}>
        {children}
      </fieldset>
      <div className={classes['foot']}>
        {problem !== null && <ProblemAlert error={problem} />}
        {problem instanceof IdentityChanged && <TrustAnew shown={problem.shown} onTrusted={form.forget} />}
        <div className={classes['actions']}>
          <Status phase={phase} sealed={sealed} />
          <Button variant="default" onClick={onCancel}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {submit}
          </Button>
        </div>
      </div>
    </form>
  );
};
