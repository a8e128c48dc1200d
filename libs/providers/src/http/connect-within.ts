import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { EgressRules } from './egress-rules.ts';

/** The rules forbid the address that a name led to. Holds the kind of address, not the address. */
export class EgressRefused extends Error {
  readonly kind: string;

  constructor(kind: string) {
    super(`the egress rules forbid ${kind} addresses`);
    this.kind = kind;
  }
}

/** Only an address that is named in the allow-list is spoken to without TLS: a secret would cross the network in the clear. */
export class PlainHttpRefused extends Error {}

const portOf = ({ port, protocol }: buildConnector.Options): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** Why no connection may be made, or used, to this address. */
const objectionTo = (rules: EgressRules, address: string, options: buildConnector.Options): Error | null => {
  const kind = rules.refusalOf(address, portOf(options));
  if (kind !== null) return new EgressRefused(kind);
  return options.protocol === 'https:' || rules.isNamed(address, portOf(options)) ? null : new PlainHttpRefused();
};

/** Resolves a name once, for the connection itself: one address that the rules forbid among its answers refuses the name. */
const lookupWithin =
  (rules: EgressRules, asked: buildConnector.Options): LookupFunction =>
  (hostname, options, answer) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, '', 4);
      const objection = addresses.map(({ address }) => objectionTo(rules, address, asked)).find((found) => found !== null);
      const [first] = addresses;
      if (objection || !first) return answer(objection ?? new Error('the name has no address'), '', 4);
      return options.all === true ? answer(null, addresses) : answer(null, first.address, first.family);
    });

/**
 * Opens connections within the egress rules. The address is checked before the connection, as part of the one lookup that it uses, so that
 * a name that answers differently the next time gains nothing; and once more on the open socket, before a byte of a request is sent.
 */
export const connectWithin =
  (rules: EgressRules, timeoutMs: number): buildConnector.connector =>
  (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/gu, '');
    const objection = isIP(host) === 0 ? null : objectionTo(rules, host, options);
    if (objection) return done(objection, null);
    const connect = buildConnector({ timeout: timeoutMs, lookup: lookupWithin(rules, options), allowH2: false });
    return connect(options, (...[error, socket]) => {
      if (error) return done(error, null);
      const late = objectionTo(rules, socket?.remoteAddress ?? '', options);
      if (!late && socket) return done(null, socket);
      socket?.destroy();
      return done(late ?? new Error('the connection was closed'), null);
    });
  };
