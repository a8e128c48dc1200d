import { Reply, subscriberSubject } from '@keyturn/contracts';
import type { SubscriberVerb } from '@keyturn/contracts/subscriber';
import type { SdkClock } from './ports/clock.ts';
import type { Wire } from './ports/wire.ts';

export type Sent = { readonly commandId: string; readonly seq: number };
export type Message<T> = {
  readonly compose: (sent: Sent) => object;
  readonly take: (reply: Reply, sent: Sent) => T;
  /** A fresh one if not said. */
  readonly commandId?: string;
};
export type LineDeps = { readonly wire: Wire; readonly clock: SdkClock; readonly consumer: string; readonly instance: string };

/**
 * The instance's one line to the vault. Messages leave strictly one after another, each only when the one before it was answered or given
 * up, with a rising `seq`: so no late beat can contradict a fetch. `seq` starts at the time in milliseconds, so it rises over restarts of
 * an instance that keeps its name, too.
 */
export class SubscriberLine {
  readonly #deps: LineDeps;
  #seq: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: LineDeps) {
    this.#deps = deps;
    this.#seq = deps.clock.now().getTime();
  }

  subject(verb: SubscriberVerb): string {
    return subscriberSubject(this.#deps.consumer, this.#deps.instance, verb);
  }

  /**
   * `compose` runs when the message's turn has come, so it tells of that moment; `take` runs within the turn too, so the next message
   * already tells of what this one has brought.
   */
  send<T>(verb: SubscriberVerb, { compose, take, commandId }: Message<T>): Promise<T> {
    const turn = async (): Promise<T> => {
      this.#seq += 1;
      const sent = { commandId: commandId ?? this.#deps.clock.newId(), seq: this.#seq };
      const reply = await this.#deps.wire.request(this.subject(verb), compose(sent));
      return take(Reply.parse(reply), sent);
    };
    const answered = this.#last.then(turn);
    this.#last = answered.catch(() => undefined);
    return answered;
  }
}
