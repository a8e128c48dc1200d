import type { Address, Refusal, Reply } from '@keyturn/contracts';
import { BeatAnswer, Fetched, FetchedSecret, type Ack, type Beat, type Fetch, type Goodbye } from '@keyturn/contracts/subscriber';
import { ok, refuse, type Result, type Sensitive } from '@keyturn/kernel';
import { ackMac, type AckClaim } from '@keyturn/sealing';
import { heldVersion, type HeldVersion } from './held-version.ts';
import type { Holding, Report, Vault } from './ports/vault.ts';
import { SubscriberLine, type LineDeps, type Sent } from './subscriber-line.ts';
import { VaultLink } from './vault-link.ts';

export type WireVaultDeps = LineDeps & { readonly pinnedIdentity?: string | undefined };

/** The vault over the wire: seals, signs and parses what goes through the instance's one line. */
export const wireVault = (deps: WireVaultDeps): Vault => {
  const line = new SubscriberLine(deps);
  const link = new VaultLink({ ...deps, keysSubject: line.subject('sealing-keys') });
  return {
    fetch: (address, onFetched) => fetchVersion({ line, link, address, onFetched, what: {} }),
    fetchPending: (address, onFetched) => fetchVersion({ line, link, address, onFetched, what: { preflight: true } }),
    acknowledge: (commandId, version, report, phase) => acknowledge({ line, deps, commandId, version, report, phase }),
    beat: (holdings) =>
      line.send('beat', {
        compose: (sent): Beat => ({ ...sent, holds: holdings().map(withOwnVersions) }),
        take: (reply) => ('refusal' in reply ? refuse(reply.refusal) : ok(BeatAnswer.parse(reply.ok))),
      }),
    goodbye: () => line.send('goodbye', { compose: (sent): Goodbye => sent, take: recorded }),
  };
};

const withOwnVersions = ({ credentialId, versions }: Holding) => ({ credentialId, versions: [...versions] });

const recorded = (reply: Reply): Result<'recorded', Refusal> => ('refusal' in reply ? refuse(reply.refusal) : ok('recorded'));

type Fetching = {
  readonly line: SubscriberLine;
  readonly link: VaultLink;
  readonly address: Address;
  readonly onFetched: (version: HeldVersion) => void;
  readonly what: Pick<Fetch, 'preflight'>;
};

const fetchVersion = async (fetching: Fetching): Promise<Result<HeldVersion, Refusal>> => {
  const first = await fetchOnce(fetching);
  if (first.ok || first.refusal.code !== 'link-unknown') return first;
  fetching.link.forget();
  return fetchOnce(fetching);
};

const fetchOnce = async ({ line, link: vaultLink, address, onFetched, what }: Fetching): Promise<Result<HeldVersion, Refusal>> => {
  const link = await vaultLink.ready();
  const contextOf = ({ commandId }: Sent) => ({ subject: line.subject('fetch'), commandId, about: address });
  return line.send('fetch', {
    compose: (sent): Fetch => ({ ...sent, ...what, address, sealed: vaultLink.emptyBox(link, contextOf(sent)) }),
    take: (reply, sent) => {
      if ('refusal' in reply) return refuse(reply.refusal);
      if (!reply.sealed) return refuse({ code: 'seal-invalid' });
      const opened = vaultLink.open(link, contextOf(sent), reply.sealed);
      if (!opened.ok) return opened;
      const version = heldVersion(Fetched.parse(reply.ok), parseSecret(opened.value));
      onFetched(version);
      return ok(version);
    },
  });
};

const parseSecret = (plaintext: Sensitive<Uint8Array>): FetchedSecret => {
  const secret = FetchedSecret.safeParse(parseJson(new TextDecoder().decode(plaintext.reveal())));
  plaintext.reveal().fill(0);
  if (!secret.success) throw new Error('what the vault sealed is not a version'); // no cause: it could quote the secret
  return secret.data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

type Acknowledgement = {
  readonly line: SubscriberLine;
  readonly deps: LineDeps;
  readonly commandId: string;
  readonly version: HeldVersion;
  readonly report: Report;
  readonly phase: Ack['phase'];
};

const acknowledge = ({ line, deps, commandId, version, report, phase }: Acknowledgement): Promise<Result<'recorded', Refusal>> => {
  const { credentialId, generation, nonce } = version;
  const body = { phase, credentialId, version: version.version, generation, nonce, result: { ...report } } as const;
  const claim: AckClaim = { ...body, consumer: deps.consumer, instance: deps.instance };
  const mac = ackMac(version.ackKey, claim);
  return line.send('ack', { compose: (sent): Ack => ({ ...sent, ...body, mac }), take: recorded, commandId });
};
