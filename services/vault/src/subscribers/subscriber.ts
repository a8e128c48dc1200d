import type { Actor } from '@keyturn/contracts';

/** Who sent a message: taken from its subject, which NATS enforces, never from what it says. */
export type Subscriber = { readonly consumer: string; readonly instance: string };

export const nameOf = ({ consumer, instance }: Subscriber): string => `${consumer}/${instance}`;

export const actorOf = (subscriber: Subscriber): Actor => ({ kind: 'consumer', id: nameOf(subscriber) });

/** `keyturn.sub.orders.7f3a.fetch` → orders, 7f3a, fetch. */
export const readSubject = (subject: string): Subscriber & { readonly verb: string } => {
  const [, , consumer = '', instance = '', verb = ''] = subject.split('.');
  return { consumer, instance, verb };
};
