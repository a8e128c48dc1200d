import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { checkedLookup, EgressRefused, type Resolve } from './checked-lookup.ts';
import type { EgressRules } from './egress-rules.ts';

/** Only an address that is named in the allow-list is spoken to without TLS: a secret would cross the network in the clear. */
export class PlainHttpRefused extends Error {}

const portOf = ({ port, protocol }: buildConnector.Options): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Why no connection may be made, or used, to this address. */
const objectionTo = (rules: EgressRules, address: string, options: buildConnector.Options): Error | null => {
  const kind = rules.refusalOf(address, portOf(options));
  if (kind !== null) return new EgressRefused(kind);
  return options.protocol === 'https:' || rules.isNamed(address, portOf(options)) ? null : new PlainHttpRefused();
};

export type ConnectWithinOptions = { readonly rules: EgressRules; readonly resolve: Resolve | undefined; readonly timeoutMs: number };

/**
 * Opens connections within the egress rules. The address is checked before the connection, as part of the one lookup that it uses, so that
 * a name that answers differently the next time gains nothing; and once more on the open socket, before a byte of a request is sent.
 */
export const connectWithin =
  ({ rules, resolve, timeoutMs }: ConnectWithinOptions): buildConnector.connector =>
  (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/gu, '');
    const objection = isIP(host) === 0 ? null : objectionTo(rules, host, options);
    if (objection) return done(objection, null);
    const connect = buildConnector({
      timeout: timeoutMs,
      lookup: checkedLookup((address) => objectionTo(rules, address, options), resolve),
      allowH2: false,
    });
    return connect(options, (...[error, socket]) => {
      if (error) return done(error, null);
      const late = objectionTo(rules, socket?.remoteAddress ?? '', options);
      if (!late && socket) return done(null, socket);
      socket?.destroy();
      return done(late ?? new Error('the connection was closed'), null);
    });
  };
