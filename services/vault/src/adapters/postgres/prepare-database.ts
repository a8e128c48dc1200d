import { Sensitive } from '@keyturn/kernel';
import { migrate } from './migrate.ts';
import { refusePooler } from './refuse-pooler.ts';

/**
 * Brings the database up to date as its owner, for the role that `serviceUrl` names. Without an owner's URL that is somebody else's job.
 * Refuses a pooler in transaction mode.
 */
export const prepareDatabase = async (ownerUrl: Sensitive<string> | null, serviceUrl: Sensitive<string>): Promise<readonly string[]> => {
  const { username, password } = new URL(serviceUrl.reveal());
  const service = { name: decodeURIComponent(username), password: new Sensitive(decodeURIComponent(password)) };
  const ran = ownerUrl === null ? [] : await migrate({ ownerUrl, service });
  await refusePooler(serviceUrl);
  return ran;
};
