import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** The rules forbid the address that a name led to. Holds the kind of address, not the address. */
export class EgressRefused extends Error {
  readonly kind: string;

  constructor(kind: string) {
    super(`the egress rules forbid ${kind} addresses`);
    this.kind = kind;
  }
}

/** Finds all addresses of a name, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const nowhere = (): Error => Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });

/** Resolves a name once, for the connection itself: one address among its answers that is objected to refuses the name. */
export const checkedLookup =
  (objectionTo: (address: string) => Error | null, resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, answer) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, '', 4);
      const objection = addresses.map(({ address }) => objectionTo(address)).find((found) => found !== null);
      const [first] = addresses;
      if (objection || !first) return answer(objection ?? nowhere(), '', 4);
      return options.all === true ? answer(null, addresses) : answer(null, first.address, first.family);
    });
