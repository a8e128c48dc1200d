import type { CredentialSummary } from '@keyturn/contracts/api';

type Described = Pick<CredentialSummary, 'publicFields'>;

/** `orders at db.internal:5432/orders`: who logs in where, of what may be shown; of other types, their first two public fields. */
export const whereItLogsIn = ({ publicFields }: Described): { readonly user: string; readonly at: string } => {
  const { username = '', host = '', port, database } = publicFields;
  if (username === '' && host === '') {
    const [user = '', at = ''] = Object.values(publicFields);
    return { user, at };
  }
  const authority = port === undefined ? host : `${host}:${port}`;
  return { user: username, at: database === undefined ? authority : `${authority}/${database}` };
};

/** The same on one line. */
export const whereInOneLine = (credential: Described): string => {
  const { user, at } = whereItLogsIn(credential);
  const separator = credential.publicFields['host'] === undefined ? ' · ' : '@';
  return [user, at].filter((part) => part !== '').join(separator);
};

export const firstMask = ({ masks }: Pick<CredentialSummary, 'masks'>): string => Object.values(masks)[0] ?? '';
