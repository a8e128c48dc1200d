import { answerAboutDomains, type NamecheapDomains } from './namecheap-domains.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** An account of NameCheap: its key, and the addresses on its list. */
export type NamecheapAccount = { readonly apiKey: string; readonly addresses: readonly string[]; readonly domains?: NamecheapDomains };

const wrap = (status: 'OK' | 'ERROR', inner: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>
<ApiResponse Status="${status}" xmlns="http://api.namecheap.com/xml.response">${inner}<Server>PHX01</Server><GMTTimeDifference>--5:00</GMTTimeDifference><ExecutionTime>0.01</ExecutionTime></ApiResponse>`;

const refusal = (number: string, message: string): string =>
  wrap('ERROR', `<Errors><Error Number="${number}">${message}</Error></Errors><Warnings /><RequestedCommand />`);

const answered = (command: string, inner: string): string =>
  wrap('OK', `<Errors /><RequestedCommand>${command}</RequestedCommand><CommandResponse Type="${command}">${inner}</CommandResponse>`);

const BALANCES = '<UserGetBalancesResult Currency="USD" AvailableBalance="4932.96" AccountBalance="4932.96" EarnedAmount="381.70" />';

/**
 * NameCheap's XML API: balances, domains and their hosts, by API user. `failWith` makes it answer with an error number of its list. `seenFrom`: the
 * address from which those who call here are seen, whatever they say of it themselves; two with the same accounts are one NameCheap.
 */
export const startNamecheap = async (
  accounts: Map<string, NamecheapAccount>,
  { seenFrom = null }: { readonly seenFrom?: string | null } = {},
): Promise<Simulator & { readonly failWith: (number: string) => void }> => {
  let failure: string | null = null;
  const simulator = await startSimulator((app) => {
    app.on(['GET', 'POST'], '/xml.response', async (context) => {
      const given = new URLSearchParams(context.req.method === 'POST' ? await context.req.text() : context.req.query());
      const field = (name: string): string => given.get(name) ?? '';
      const account = accounts.get(field('ApiUser'));
      const xml = (): string => {
        if (failure !== null) return refusal(failure, `as told, for ${field('ApiKey')}`);
        if (!account) return refusal('1010101', 'Parameter APIUser is missing');
        if (account.apiKey !== field('ApiKey'))
          return refusal('1011102', `API Key ${field('ApiKey')} is invalid or API access has not been enabled`);
        if (!account.addresses.includes(seenFrom ?? field('ClientIp'))) return refusal('1011150', 'Invalid request IP');
        if (field('UserName') !== field('ApiUser')) return refusal('1016103', 'Parameter UserName is unauthorized');
        context.var.accept(account.apiKey);
        const command = field('Command');
        if (command === 'namecheap.users.getBalances') return answered(command, BALANCES);
        const said = answerAboutDomains(account.domains ?? new Map(), command, field);
        if (typeof said === 'string') return answered(command, said);
        return refusal(said?.error ?? '1010105', 'as NameCheap has it in its list');
      };
      const body = xml();
      failure = null;
      return context.body(body, 200, { 'content-type': 'text/xml; charset=utf-8' });
    });
  });
  return { ...simulator, failWith: (number) => void (failure = number) };
};
