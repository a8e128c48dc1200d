import type Cloudflare from 'cloudflare';
import { type Followed, NoCredential } from '../followed.ts';
import type { CloudflareAccount } from './cloudflare-account.ts';

/** Several Cloudflare credentials side by side. */
export type CloudflareAccounts = {
  /** Works with the client of an account; of the first credential if none is named. */
  use<R>(account: string | undefined, work: (client: Cloudflare) => Promise<R>): Promise<R>;
  /** Which version of each is in use; nothing in it is secret. */
  status(): readonly { readonly version: number | null }[];
};

export const cloudflareAccounts = (credentials: readonly Followed<CloudflareAccount>[]): CloudflareAccounts => {
  /** Which account a credential is of may change with its version, so each is asked. */
  const find = async (account: string): Promise<Followed<CloudflareAccount> | undefined> => {
    for (const credential of credentials) {
      if ((await credential.use(async ({ accountId }) => accountId)) === account) return credential;
    }
    return undefined;
  };

  return {
    use: async (account, work) => {
      const credential = account === undefined ? credentials[0] : await find(account);
      if (!credential) throw new NoCredential(`no Cloudflare credential${account === undefined ? '' : ` of the account ${account}`}`);
      return credential.use(({ client }) => work(client));
    },
    status: () => credentials.map((credential) => ({ version: credential.version() })),
  };
};
