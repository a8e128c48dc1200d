import type { CredentialView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconForms, IconPencil, IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { AddressText } from '../../shared/state/address-text.tsx';
import { formatDay } from '../../shared/time/format-time.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';
import type { EditKind } from '../credential-form/edit-dialogs.tsx';
import { formFields, labelOfField } from '../credential-form/form-fields.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import classes from './about-card.module.css';
import { CredentialMarks } from './credential-marks.tsx';

const text = strings.detail.about;
const { value, edit, details } = strings.forms;

/** With the cryptography, so it comes when it is asked for. */
const EditDialogs = lazy(async () => ({ default: (await import('../credential-form/edit-dialogs.tsx')).EditDialogs }));

const Pair = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className={classes['pair']}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const none = <span className="kt-dim">–</span>;

/** Every field of the current version: the type's in the order of its form, others after them. */
const Fields = ({ credential: { credentialType, publicFields, masks } }: { readonly credential: CredentialView }) => {
  const declared = formFields(credentialType).map(({ name }) => name);
  const others = [...Object.keys(publicFields), ...Object.keys(masks)].filter((name) => !declared.includes(name));
  const shown = [...declared, ...others].filter((name) => publicFields[name] !== undefined || masks[name] !== undefined);
  if (shown.length === 0) return <p className="kt-dim">{text.noValue}</p>;
  return (
    <dl className={classes['pairs']}>
      {shown.map((name) => (
        <Pair key={name} name={labelOfField(credentialType, name)}>
          <span className={publicFields[name] === undefined ? 'kt-mono kt-dim' : 'kt-mono'}>{publicFields[name] ?? masks[name]}</span>
        </Pair>
      ))}
    </dl>
  );
};

const Details = ({ credential }: { readonly credential: CredentialView }) => {
  const { owner, expiresAt, notes, tags, labels } = credential;
  return (
    <dl className={classes['pairs']}>
      <Pair name={details.owner}>{owner === null ? none : <AddressText address={owner} />}</Pair>
      <Pair name={details.expires}>{expiresAt === null ? none : formatDay(expiresAt)}</Pair>
      <Pair name={text.words}>
        {tags.length === 0 && Object.keys(labels).length === 0 ? none : <CredentialMarks credential={credential} only="words" />}
      </Pair>
      <Pair name={details.notes}>{notes === null ? none : <span className={classes['notes']}>{notes}</span>}</Pair>
    </dl>
  );
};

/** What the credential holds and what is said of it, with the forms that change either. */
export const AboutCard = ({ credential }: { readonly credential: CredentialView }) => {
  const [open, setOpen] = useState<EditKind | null>(null);
  const wasOpened = useWasEver(open !== null);
  const mayWrite = useMayWrite() && credential.status !== 'deleted' && credential.status !== 'deleting';
  const button = (kind: EditKind, label: string, icon: ReactNode) => (
    <Button variant="default" size="xs" leftSection={icon} onClick={() => setOpen(kind)} data-command>
      {label}
    </Button>
  );
  return (
    <section className={`kt-card ${classes['card']}`} aria-label={text.region}>
      <div className={classes['part']}>
        <div className={classes['head']}>
          <h2 className={classes['title']}>{text.fields}</h2>
          {mayWrite && button('value', value.open, <IconRefresh size={15} />)}
          {mayWrite && credential.current !== null && button('fields', edit.open, <IconForms size={15} />)}
        </div>
        <Fields credential={credential} />
      </div>
      <div className={classes['part']}>
        <div className={classes['head']}>
          <h2 className={classes['title']}>{text.details}</h2>
          {mayWrite && button('details', details.open, <IconPencil size={15} />)}
        </div>
        <Details credential={credential} />
      </div>
      {wasOpened && (
        <Suspense fallback={null}>
          <EditDialogs credential={credential} open={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </section>
  );
};
