import { Reply, subscriberSubject } from '@keyturn/contracts';
import type { SubscriberVerb } from '@keyturn/contracts/subscriber';
import type { SdkClock } from './ports/clock.ts';
import type { Wire } from './ports/wire.ts';

export type Sent = { readonly commandId: string; readonly seq: number };
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

  /** `compose` runs when the message's turn has come, so it tells of that moment. */
  send(verb: SubscriberVerb, compose: (sent: Sent) => object, commandId?: string): Promise<Reply> {
    const turn = async (): Promise<Reply> => {
      this.#seq += 1;
      const message = compose({ commandId: commandId ?? this.#deps.clock.newId(), seq: this.#seq });
      return Reply.parse(await this.#deps.wire.request(this.subject(verb), message));
    };
    const answered = this.#last.then(turn);
    this.#last = answered.catch(() => undefined);
    return answered;
  }
}
