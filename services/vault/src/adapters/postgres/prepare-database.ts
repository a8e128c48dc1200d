import { Sensitive } from '@keyturn/kernel';
import { migrate } from './migrate.ts';

/** Brings the database up to date as its owner, for the role that `serviceUrl` names. Without an owner's URL that is somebody else's job. */
export const prepareDatabase = async (ownerUrl: Sensitive<string> | null, serviceUrl: Sensitive<string>): Promise<readonly string[]> => {
  if (ownerUrl === null) return [];
  const { username, password } = new URL(serviceUrl.reveal());
  return migrate({ ownerUrl, service: { name: decodeURIComponent(username), password: new Sensitive(decodeURIComponent(password)) } });
};
