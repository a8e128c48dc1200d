import { isIP, Socket } from 'node:net';
import { checkedLookup, EgressRefused, type EgressRules, type Resolve } from '../http/index.ts';

/** To which servers logins go, and how their names are resolved: by the system, if nothing else is said. */
export type DatabaseEgress = { readonly rules: EgressRules; readonly resolve?: Resolve };

/** A path in place of a host: a socket of the worker's own machine. */
export class SocketPathRefused extends Error {}

/**
 * A socket that connects within the egress rules. The address is checked as part of the one lookup that the connection uses, and once more when
 * it is open; the name stays what the certificate is checked against.
 */
export class SocketWithin extends Socket {
  readonly #egress: DatabaseEgress;

  constructor(egress: DatabaseEgress) {
    super();
    this.#egress = egress;
  }

  /** As the driver calls it: with a port and a host, or with a path. */
  override connect(...[port, host]: readonly unknown[]): this {
    if (typeof port !== 'number' || typeof host !== 'string') return this.destroy(new SocketPathRefused());
    const objectionTo = (address: string): EgressRefused | null => {
      const kind = this.#egress.rules.refusalOf(address, port);
      return kind === null ? null : new EgressRefused(kind);
    };
    const objection = isIP(host) === 0 ? null : objectionTo(host);
    if (objection) return this.destroy(objection);
    this.once('connect', () => this.#look(objectionTo));
    return super.connect({ port, host, lookup: checkedLookup(objectionTo, this.#egress.resolve) });
  }

  /** Once more, on the open socket: before a byte is sent, because whoever waits for the connection is told after this. */
  #look(objectionTo: (address: string) => EgressRefused | null): void {
    const address = this.remoteAddress;
    const late = address === undefined ? new Error('the connection was closed') : objectionTo(address);
    if (late) this.destroy(late);
  }
}
