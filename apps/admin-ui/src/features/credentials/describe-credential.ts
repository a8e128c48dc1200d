import type { CredentialSummary } from '@keyturn/contracts/api';

/** `orders at db.internal:5432/orders`: who logs in where, of what may be shown. */
export const whereItLogsIn = ({
  publicFields,
}: Pick<CredentialSummary, 'publicFields'>): { readonly user: string; readonly at: string } => {
  const { username = '', host = '', port, database } = publicFields;
  const authority = port === undefined ? host : `${host}:${port}`;
  return { user: username, at: database === undefined ? authority : `${authority}/${database}` };
};

export const firstMask = ({ masks }: Pick<CredentialSummary, 'masks'>): string => Object.values(masks)[0] ?? '';
