import { strategyOf } from '@keyturn/contracts';
import type { CredentialView } from '@keyturn/contracts/api';
import { Button, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRotateClockwise } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import type { FormProps, Reason, RotateForm } from './rotate-form.tsx';

const text = strings.rotation;

/** It comes when somebody looks. */
const DryRunDialog = lazy(async () => ({ default: (await import('../decisions/dry-run-dialog.tsx')).DryRunDialog }));

const whyNot = (credential: CredentialView, mayWrite: boolean): string | null => {
  if (!mayWrite) return text.mayNot;
  if (credential.openEpoch !== null) return text.openAlready;
  // What Keyturn chooses it sets with an issuer; elsewhere a person makes the value where no issuer does.
  const { credentialType, issuer, publicFields } = credential;
  return issuer === null && strategyOf(credentialType, issuer, publicFields) === 'chosen' ? text.noIssuer : null;
};

type Props = { readonly credential: CredentialView; readonly onStarted: () => void };

/** The form comes when it is asked for, and whole before its popover opens, so that the focus goes into it. */
const useForm = () => {
  const [form, setForm] = useState<typeof RotateForm | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  if (fault !== null) throw fault;
  const ready = async (): Promise<void> => {
    if (form !== null) return;
    const came = await import('./rotate-form.tsx').catch((cause: unknown) => setFault(new Error('the form did not come', { cause })));
    if (came) setForm(() => came.RotateForm);
  };
  return { form, ready };
};

const RotatePopover = ({ credential, onStarted, onLook }: Props & Pick<FormProps, 'onLook'>) => {
  const [opened, popover] = useDisclosure(false);
  const { form: Form, ready } = useForm();
  const mayWrite = useMayWrite();
  const no = whyNot(credential, mayWrite);
  return (
    <FormPopover
      label={text.confirmTitle(credential.address)}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Tooltip label={no} disabled={no === null} withinPortal={false} events={{ hover: true, focus: true, touch: true }}>
          <Button
            leftSection={<IconRotateClockwise size={18} />}
            onClick={() => no === null && void ready().then(popover.toggle)}
            data-disabled={no !== null}
            aria-disabled={no !== null}
            aria-description={no ?? undefined}
            {...(no === null ? { 'data-command': true } : {})}
          >
            {text.rotate}
          </Button>
        </Tooltip>
      }
    >
      {Form !== null && (
        <Form
          credential={credential}
          onClose={popover.close}
          onLook={(reason) => {
            popover.close();
            onLook(reason);
          }}
          onStarted={() => {
            popover.close();
            onStarted();
          }}
        />
      )}
    </FormPopover>
  );
};

/** Rotate, with the reason and a note asked for in a popover, and beforehand what it would come to. A button that can't be pressed says why. */
export const RotateButton = ({ credential, onStarted }: Props) => {
  const [looked, setLooked] = useState<Reason | null>(null);
  const { credentialId, address } = credential;
  return (
    <>
      <RotatePopover credential={credential} onStarted={onStarted} onLook={setLooked} />
      {looked !== null && (
        <Suspense fallback={null}>
          <DryRunDialog credentialId={credentialId} address={address} reason={looked} onClose={() => setLooked(null)} />
        </Suspense>
      )}
    </>
  );
};
