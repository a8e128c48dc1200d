import { join } from 'node:path';
import { writeSecretFile } from '../servers/secret-file.ts';
import { mintNatsCreds } from './mint-nats-creds.ts';
import { serviceIdentities, subscriberName, subscriberPermissions, type Subscriber } from './nats-identities.ts';

export type CredsFolders = { readonly keysDir: string; readonly credsDir: string };

/** Writes a creds file for every service, anew at each start, so a changed table of permissions takes effect. */
export const writeServiceCreds = async ({ keysDir, credsDir }: CredsFolders): Promise<void> => {
  for (const [name, permissions] of Object.entries(serviceIdentities)) {
    writeSecretFile(credsPath(credsDir, name), await mintNatsCreds({ keysDir, name, ...permissions }));
  }
};

/** Writes the creds file of one subscriber and returns its path. */
export const writeSubscriberCreds = async ({ keysDir, credsDir }: CredsFolders, subscriber: Subscriber): Promise<string> => {
  const name = subscriberName(subscriber);
  const path = credsPath(credsDir, name);
  writeSecretFile(path, await mintNatsCreds({ keysDir, name, ...subscriberPermissions(subscriber) }));
  return path;
};

export const credsPath = (credsDir: string, name: string): string => join(credsDir, `${name}.creds`);
