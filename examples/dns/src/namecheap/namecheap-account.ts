import type { Recipe } from '@keyturn/sdk';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** One NameCheap account in use. */
export type NamecheapAccount = {
  /** Carries out a command of the API and answers its `CommandResponse`. Throws `NamecheapRefused` where it says no. */
  call(command: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
};

/** NameCheap said no. `code`: with the number in its list of errors, which reports to Keyturn hold; its own text may repeat the key, so it goes nowhere. */
export class NamecheapRefused extends Error {
  override readonly name = 'NamecheapRefused';
  readonly code: string;

  constructor(command: string, number: string) {
    super(`NameCheap refused ${command} with error ${number}`);
    this.code = `namecheap-${number}`;
  }
}

const LIVE = 'https://api.namecheap.com/xml.response';
const SANDBOX = 'https://api.sandbox.namecheap.com/xml.response';
const TIMEOUT_MS = 10_000;
/** More than the longest list of domains or hosts has, of which a page holds a hundred. */
const MOST_BYTES = 4_000_000;

const LISTS = new Set(['Error', 'Domain', 'host', 'Host']);
/** Reads values to the letter, blanks and numbered characters included: what is read of a domain is given back. */
const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  processEntities: true,
  htmlEntities: true,
  trimValues: false,
  isArray: (name, _path, _isLeaf, isAttribute) => LISTS.has(name) && !isAttribute,
});
const Answer = z.object({
  ApiResponse: z.object({
    Status: z.enum(['OK', 'ERROR']),
    Errors: z
      .object({ Error: z.array(z.object({ Number: z.string() })) })
      .optional()
      .catch(undefined),
    CommandResponse: z.unknown().optional(),
  }),
});

/** The text of an answer, as long as it isn't endless. */
const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('NameCheap answers too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

type Urls = { readonly live: string; readonly sandbox: string };

const accountAt = (url: string, fields: Readonly<Record<string, string>>): NamecheapAccount => ({
  call: async (command, parameters = {}) => {
    const { apiUser = '', apiKey = '', userName = apiUser, clientIp = '' } = fields;
    const body = new URLSearchParams({
      ApiUser: apiUser,
      ApiKey: apiKey,
      UserName: userName,
      ClientIp: clientIp,
      Command: command,
      ...parameters,
    });
    const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const answer = Answer.parse(xml.parse(await textOf(response))).ApiResponse;
    if (answer.Status === 'ERROR') throw new NamecheapRefused(command, answer.Errors?.Error[0]?.Number ?? 'none');
    return answer.CommandResponse;
  },
});

/** Builds the account from a key's fields; a key works only from an address that its account allows, which the probe finds out from here. */
export const namecheapRecipe = (url?: string): Recipe<NamecheapAccount> => {
  const urls: Urls = url === undefined ? { live: LIVE, sandbox: SANDBOX } : { live: url, sandbox: url };
  return {
    build: (fields) => accountAt(fields['sandbox'] === 'true' ? urls.sandbox : urls.live, fields),
    probe: async (account) => void (await account.call('namecheap.users.getBalances')),
    drain: async () => undefined,
  };
};
