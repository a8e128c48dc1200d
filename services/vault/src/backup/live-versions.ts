import { CredentialEvent, type Recorded } from '@keyturn/contracts/events';

/** Which versions must have a data key, told event by event: memory grows with what is live, not with the log. */
export type LiveVersions = {
  take(event: Recorded): void;
  /** The version's key was there. */
  found(credentialId: string, version: number): void;
  /** Those whose key was not found; at most `limit`. */
  missing(limit: number): readonly string[];
};

export const liveVersions = (): LiveVersions => {
  const live = new Map<string, Set<number>>();
  const drop = (credentialId: string, versions: readonly number[]): void => {
    const known = live.get(credentialId);
    for (const version of versions) known?.delete(version);
    if (known?.size === 0) live.delete(credentialId);
  };
  return {
    take: ({ type, data }) => {
      switch (type) {
        case 'credential.version-staged':
        case 'credential.version-revoked':
        case 'credential.version-discarded':
        case 'credential.shredded':
        case 'credential.deleted':
          break;
        default:
          return;
      }
      const event = CredentialEvent.parse({ type, data });
      if (event.type === 'credential.version-staged') {
        const { credentialId, version } = event.data;
        live.set(credentialId, (live.get(credentialId) ?? new Set<number>()).add(version));
      } else if (event.type === 'credential.version-revoked' || event.type === 'credential.version-discarded') {
        drop(event.data.credentialId, [event.data.version]);
      } else if (event.type === 'credential.shredded') {
        drop(event.data.credentialId, event.data.versions);
      } else if (event.type === 'credential.deleted') {
        live.delete(event.data.credentialId);
      }
    },
    found: (credentialId, version) => drop(credentialId, [version]),
    missing: (limit) => {
      const named: string[] = [];
      for (const [credentialId, versions] of live) {
        for (const version of versions) if (named.length < limit) named.push(`version ${version} of ${credentialId}`);
      }
      return named;
    },
  };
};
