import { noTestBecause } from '@keyturn/contracts';
import type { RotationView } from '@keyturn/contracts/api';
import { Button, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { assisted as assistedWords } from '../../strings-assisted.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import classes from './assisted-card.module.css';
import { reportDeletion } from './assisted-writes.ts';
import { GiveValueForm } from './give-value-form.tsx';

const text = assistedWords;

/** Says that it is removed; the provider is asked then, and its answer is the rotation's sentence. */
type DeletionProps = { readonly rotation: RotationView; readonly isTested: boolean };

const DeletionButton = ({ rotation, isTested }: DeletionProps) => {
  const { submit, checking, unprovenSubmit, recorded } = text.deletion;
  const report = useCredentialWrite<'removed'>(
    rotation.credentialId,
    (_said, key) => reportDeletion(rotation, key),
    () => undefined,
  );
  return (
    <>
      {report.isError && <ProblemAlert error={report.error} />}
      <div className={classes['actions']}>
        <span className={classes['status']} role="status">
          {report.isSuccess && (isTested ? checking : recorded)}
        </span>
        <Button onClick={() => report.mutate('removed')} loading={report.isPending}>
          {isTested ? submit : unprovenSubmit}
        </Button>
      </div>
    </>
  );
};

const leadOf = (what: keyof Pick<typeof text, 'value' | 'deletion'>, isTested: boolean): string => {
  if (isTested) return text[what].lead;
  return what === 'value' ? text.value.untestedLead : text.deletion.unprovenLead;
};

/** What a person is asked to do at the provider's site, and the box or the button for when it is done. */
export const AssistedCard = ({ rotation }: { readonly rotation: RotationView }) => {
  const mayWrite = useMayWrite();
  const credential = useQuery(credentialQueries.detail(rotation.credentialId)).data;
  const [isHeld, setHeld] = useState(false);
  const [last, setLast] = useState(rotation.asks);
  if (rotation.asks !== null && rotation.asks.what !== last?.what) setLast(rotation.asks);
  const asks = rotation.asks ?? (isHeld ? last : null);
  if (asks === null || rotation.status !== 'open') return null;
  const { title } = text[asks.what];
  const isTested = credential === undefined || noTestBecause(credential.credentialType, credential.publicFields) === null;
  return (
    <section className={classes['card']} aria-label={title(asks.site)}>
      <h3 className={classes['title']}>{title(asks.site)}</h3>
      <Text c="dimmed" size="sm">
        {leadOf(asks.what, isTested)}
      </Text>
      <ol className={classes['steps']} aria-label={text.steps}>
        {asks.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {asks.url !== null && (
        <a className={classes['link']} href={asks.url} target="_blank" rel="noreferrer">
          {text.open(asks.site)}
          <IconExternalLink size={15} aria-hidden />
        </a>
      )}
      {mayWrite && asks.what === 'value' && credential !== undefined && (
        <GiveValueForm credential={credential} rotation={rotation} onHeld={setHeld} />
      )}
      {mayWrite && asks.what === 'deletion' && <DeletionButton rotation={rotation} isTested={isTested} />}
    </section>
  );
};
