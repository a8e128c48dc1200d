import { describe, expect, it } from 'vitest';
import { serviceIdentities, subscriberPermissions } from './nats-identities.ts';

describe('subscriberPermissions', () => {
  const orders = subscriberPermissions({ consumer: 'orders', instance: '7f3a', addresses: ['system.postgres.orders', 'system.stripe.*'] });

  it('lets an instance speak under its own name only', () => expect(orders.publish).toEqual(['keyturn.sub.orders.7f3a.>']));

  it('lets it hear its grants and its own inbox', () =>
    expect(orders.subscribe).toEqual([
      'keyturn.evt.system.postgres.orders.credential.*',
      'keyturn.evt.system.stripe.*.credential.*',
      '_INBOX_orders_7f3a.>',
    ]));
});

describe('serviceIdentities', () => {
  it.each(Object.entries(serviceIdentities))('gives %s an inbox that no other service may hear', (name, permissions) => {
    const inboxes = permissions.subscribe.filter((subject) => subject.startsWith('_INBOX'));
    expect(inboxes).toEqual([`_INBOX_${name}.>`]);
  });

  it('lets only the vault publish events', () => {
    const publishers = Object.entries(serviceIdentities).filter(([, { publish }]) =>
      publish.some((subject) => subject.startsWith('keyturn.log')),
    );
    expect(publishers.map(([name]) => name)).toEqual(['vault']);
  });
});
