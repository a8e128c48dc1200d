import type { CredentialView } from '@keyturn/contracts/api';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AddressText } from '../../shared/state/address-text.tsx';
import { TypeMark } from '../../shared/state/mark.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { titleOfType } from '../credential-form/form-fields.ts';
import classes from './credential-page.module.css';
import { credentialQueries } from './credential-queries.ts';
import { CredentialMarks } from './credential-marks.tsx';
import { whereInOneLine } from './describe-credential.ts';

const text = strings.detail;

const CopyAddress = ({ address }: { readonly address: string }) => (
  <CopyButton value={address}>
    {({ copied, copy }) => (
      <Tooltip label={copied ? text.copied : text.copyAddress}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.copyAddress} onClick={copy}>
          {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Tooltip>
    )}
  </CopyButton>
);

/** The issuer by its address, which never changes; by the end of its id until it is read. */
const Issuer = ({ issuer }: { readonly issuer: string }) => {
  const { data } = useQuery({ ...credentialQueries.detail(issuer), staleTime: Infinity, refetchInterval: false });
  return (
    <Link to="/admin/system/credentials/$credentialId" params={{ credentialId: issuer }} className={`kt-link ${classes['issuer']}`}>
      {data ? <AddressText address={data.address} /> : `…${issuer.slice(-8)}`}
    </Link>
  );
};

const Facts = ({ credential }: { readonly credential: CredentialView }) => {
  const { current, generation, lastRotatedAt, registeredAt, issuer } = credential;
  const facts: ReadonlyArray<readonly [string, ReactNode]> = [
    [text.current, current === null ? strings.credentials.noVersion : strings.credentials.version(current)],
    [text.generation, generation],
    [text.rotated, lastRotatedAt === null ? strings.credentials.never : <RelativeTime key="rotated" at={lastRotatedAt} />],
    [text.registered, <RelativeTime key="registered" at={registeredAt} />],
    [text.issuer, issuer === null ? text.noIssuer : <Issuer key="issuer" issuer={issuer} />],
  ];
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="kt-number">{value}</dd>
        </div>
      ))}
    </dl>
  );
};

/** What the credential is, and what can be done with it. */
export const CredentialHeader = ({ credential, actions }: { readonly credential: CredentialView; readonly actions: ReactNode }) => {
  const where = whereInOneLine(credential);
  return (
    <>
      <header className={classes['head']}>
        <div className={classes['names']}>
          <div className={classes['address']}>
            <h1 className={classes['title']}>
              <AddressText address={credential.address} />
            </h1>
            <CopyAddress address={credential.address} />
          </div>
          <div className={classes['subtitle']}>
            <TypeMark type={credential.credentialType} size="tiny" /> {credential.displayName !== null && `${credential.displayName} · `}
            {titleOfType(credential.credentialType)}
            {where !== '' && (
              <>
                {' · '}
                <span className="kt-mono">{where}</span>
              </>
            )}
            <CredentialMarks credential={credential} only="standing" />
          </div>
        </div>
        <div className={classes['actions']}>{actions}</div>
      </header>
      <Facts credential={credential} />
    </>
  );
};
