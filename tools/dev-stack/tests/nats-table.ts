/** The columns: every service, two instances of one consumer, and one of another. */
export const IDENTITIES = ['vault', 'gateway', 'worker', 'audit', 'orders_a', 'orders_b', 'billing_a'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** `x`: may; `.`: the server refuses. Whatever isn't an `x` is tried all the same. */
export const PUBLISH = `
                                                                        vault gateway worker audit orders_a orders_b billing_a
keyturn.cmd.vault.credential.register                                     .      x      .      .      .        .        .
keyturn.cmd.vault.rotation.request                                        .      x      .      .      .        .        .
keyturn.cmd.vault.consumer.issue-credentials                              .      x      .      .      .        .        .
keyturn.cmd.vault.person.revoke-sessions                                  .      x      .      .      .        .        .
keyturn.cmd.vault.request.begin                                           .      x      .      .      .        .        .
keyturn.cmd.vault.key-ring.activate                                       .      x      .      .      .        .        .
keyturn.cmd.vault.backup.start                                            .      x      .      .      .        .        .
keyturn.cmd.vault.restore.publish                                         .      x      .      .      .        .        .
keyturn.cmd.vault.bulk-rotation.request                                   .      x      .      .      .        .        .
keyturn.cmd.vault.legacy-user.map                                         .      x      .      .      .        .        .
keyturn.cmd.vault.llm.choose                                              .      x      .      .      .        .        .
keyturn.cmd.vault.execution-server.set                                    .      x      .      .      .        .        .
keyturn.cmd.vault.epoch.commit                                            .      .      x      .      .        .        .
keyturn.cmd.vault.ledger.record-discarded                                 .      .      x      .      .        .        .
keyturn.cmd.vault.errand.record-revoked                                   .      .      x      .      .        .        .
keyturn.qry.vault.credential.get                                          .      x      .      .      .        .        .
keyturn.qry.vault.rotation.get                                            .      x      .      .      .        .        .
keyturn.qry.vault.consumer.list                                           .      x      .      .      .        .        .
keyturn.qry.vault.person.sessions                                         .      x      .      .      .        .        .
keyturn.qry.vault.key-ring.view                                           .      x      .      .      .        .        .
keyturn.qry.vault.backup.list                                             .      x      .      .      .        .        .
keyturn.qry.vault.restore.view                                            .      x      .      .      .        .        .
keyturn.qry.vault.bulk-rotation.list                                      .      x      .      .      .        .        .
keyturn.qry.vault.legacy-user.find                                        .      x      .      .      .        .        .
keyturn.qry.vault.llm.config                                              .      x      .      .      .        .        .
keyturn.qry.vault.execution-server.list                                   .      x      .      .      .        .        .
keyturn.qry.vault.environment.list                                        .      x      .      .      .        .        .
keyturn.qry.vault.settings.view                                           .      x      .      .      .        .        .
keyturn.qry.vault.sealing-keys.list                                       .      x      x      .      .        .        .
keyturn.qry.vault.health.check                                            .      x      .      x      .        .        .
keyturn.qry.vault.log.read                                                .      .      .      x      .        .        .
keyturn.qry.vault.epoch.next-step                                         .      .      x      .      .        .        .
keyturn.qry.vault.ledger.list-unsettled                                   .      .      x      .      .        .        .
keyturn.qry.vault.errand.list-open                                        .      .      x      .      .        .        .
keyturn.qry.vault.turn.take                                               .      .      x      .      .        .        .
keyturn.qry.audit.timeline.read                                           .      x      .      .      .        .        .
keyturn.qry.audit.access.read                                             .      x      .      .      .        .        .
keyturn.qry.audit.audit.entries                                           .      x      .      .      .        .        .
keyturn.qry.audit.rotations.list                                          .      x      .      .      .        .        .
keyturn.qry.audit.usage.read                                              .      x      .      .      .        .        .
keyturn.qry.audit.status.read                                             .      x      .      .      .        .        .
keyturn.qry.audit.integrity.check                                         .      x      .      .      .        .        .
keyturn.qry.audit.rebuild.start                                           .      x      .      .      .        .        .
keyturn.qry.audit.health.check                                            .      x      .      .      .        .        .
keyturn.qry.audit.lost.shreds                                             x      x      .      .      .        .        .
keyturn.qry.audit.lost.read                                               .      x      .      .      .        .        .
keyturn.evt.system.postgres.orders.credential.rotated                     x      .      .      .      .        .        .
keyturn.evt.system.postgres.billing.credential.rotated                    x      .      .      .      .        .        .
keyturn.log.credential.rotated                                            x      .      .      .      .        .        .
keyturn.sub.orders.a.beat                                                 .      .      .      .      x        .        .
keyturn.sub.orders.a.ack                                                  .      .      .      .      x        .        .
keyturn.sub.orders.b.fetch                                                .      .      .      .      .        x        .
keyturn.sub.billing.a.fetch                                               .      .      .      .      .        .        x
_INBOX_vault.x                                                            .      .      .      .      .        .        .
_INBOX_gateway.x                                                          .      .      .      .      .        .        .
_INBOX_worker.x                                                           .      .      .      .      .        .        .
_INBOX_audit.x                                                            .      .      .      .      .        .        .
_INBOX_orders_a.x                                                         .      .      .      .      .        .        .
$JS.API.INFO                                                              .      .      x      x      .        .        .
$JS.API.STREAM.INFO.KEYTURN_EVENTS                                        x      .      x      x      .        .        .
$JS.API.STREAM.CREATE.KEYTURN_EVENTS                                      x      .      .      .      .        .        .
$JS.API.STREAM.UPDATE.KEYTURN_EVENTS                                      x      .      .      .      .        .        .
$JS.API.STREAM.MSG.GET.KEYTURN_EVENTS                                     x      .      .      .      .        .        .
$JS.API.STREAM.PURGE.KEYTURN_EVENTS                                       x      .      .      .      .        .        .
$JS.API.STREAM.DELETE.KEYTURN_EVENTS                                      .      .      .      .      .        .        .
$JS.API.STREAM.MSG.DELETE.KEYTURN_EVENTS                                  .      .      .      .      .        .        .
$JS.API.DIRECT.GET.KEYTURN_EVENTS                                         .      .      .      .      .        .        .
$JS.API.STREAM.SNAPSHOT.KEYTURN_EVENTS                                    .      .      .      .      .        .        .
$JS.API.STREAM.RESTORE.KEYTURN_EVENTS                                     .      .      .      .      .        .        .
$JS.API.STREAM.INFO.OTHER                                                 .      .      .      .      .        .        .
$JS.API.STREAM.CREATE.OTHER                                               .      .      .      .      .        .        .
$JS.API.STREAM.UPDATE.OTHER                                               .      .      .      .      .        .        .
$JS.API.STREAM.MSG.GET.OTHER                                              .      .      .      .      .        .        .
$JS.API.STREAM.PURGE.OTHER                                                .      .      .      .      .        .        .
$JS.API.STREAM.DELETE.OTHER                                               .      .      .      .      .        .        .
$JS.API.STREAM.NAMES                                                      .      .      .      .      .        .        .
$JS.API.STREAM.LIST                                                       .      .      .      .      .        .        .
$JS.API.CONSUMER.LIST.KEYTURN_EVENTS                                      .      .      .      .      .        .        .
$JS.API.CONSUMER.NAMES.KEYTURN_EVENTS                                     .      .      .      .      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS                                    .      .      .      .      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.anything                           .      .      .      .      .        .        .
$JS.API.CONSUMER.DURABLE.CREATE.KEYTURN_EVENTS.anything                   .      .      .      .      .        .        .
$JS.API.CONSUMER.DELETE.KEYTURN_EVENTS.other                              .      .      .      .      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.rotation-worker                    .      .      x      .      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.rotation-worker.filter             .      .      x      .      .        .        .
$JS.API.CONSUMER.DURABLE.CREATE.KEYTURN_EVENTS.rotation-worker            .      .      x      .      .        .        .
$JS.API.CONSUMER.INFO.KEYTURN_EVENTS.rotation-worker                      .      .      x      .      .        .        .
$JS.API.CONSUMER.DELETE.KEYTURN_EVENTS.rotation-worker                    .      .      x      .      .        .        .
$JS.API.CONSUMER.MSG.NEXT.KEYTURN_EVENTS.rotation-worker                  .      .      x      .      .        .        .
$JS.ACK.KEYTURN_EVENTS.rotation-worker.1.1.1.1.0                          .      .      x      .      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.audit                              .      .      .      x      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.audit.filter                       .      .      .      x      .        .        .
$JS.API.CONSUMER.DURABLE.CREATE.KEYTURN_EVENTS.audit                      .      .      .      x      .        .        .
$JS.API.CONSUMER.INFO.KEYTURN_EVENTS.audit                                .      .      .      x      .        .        .
$JS.API.CONSUMER.DELETE.KEYTURN_EVENTS.audit                              .      .      .      x      .        .        .
$JS.API.CONSUMER.MSG.NEXT.KEYTURN_EVENTS.audit                            .      .      .      x      .        .        .
$JS.ACK.KEYTURN_EVENTS.audit.1.1.1.1.0                                    .      .      .      x      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.audit-rebuild                      .      .      .      x      .        .        .
$JS.API.CONSUMER.CREATE.KEYTURN_EVENTS.audit-rebuild.filter               .      .      .      x      .        .        .
$JS.API.CONSUMER.DURABLE.CREATE.KEYTURN_EVENTS.audit-rebuild              .      .      .      x      .        .        .
$JS.API.CONSUMER.INFO.KEYTURN_EVENTS.audit-rebuild                        .      .      .      x      .        .        .
$JS.API.CONSUMER.DELETE.KEYTURN_EVENTS.audit-rebuild                      .      .      .      x      .        .        .
$JS.API.CONSUMER.MSG.NEXT.KEYTURN_EVENTS.audit-rebuild                    .      .      .      x      .        .        .
$JS.ACK.KEYTURN_EVENTS.audit-rebuild.1.1.1.1.0                            .      .      .      x      .        .        .
$SYS.REQ.SERVER.PING                                                      .      .      .      .      .        .        .
anything.else                                                             .      .      .      .      .        .        .
`;

export const SUBSCRIBE = `
                                                                        vault gateway worker audit orders_a orders_b billing_a
>                                                                         .      .      .      .      .        .        .
keyturn.>                                                                 .      .      .      .      .        .        .
keyturn.cmd.vault.>                                                       x      .      .      .      .        .        .
keyturn.cmd.vault.credential.register                                     x      .      .      .      .        .        .
keyturn.qry.vault.>                                                       x      .      .      .      .        .        .
keyturn.qry.audit.>                                                       .      .      .      x      .        .        .
keyturn.sub.*.*.*                                                         x      .      .      .      .        .        .
keyturn.sub.orders.a.*                                                    x      .      .      .      .        .        .
keyturn.evt.>                                                             .      .      .      .      .        .        .
keyturn.evt.system.postgres.orders.credential.*                           .      .      .      .      x        x        .
keyturn.evt.system.postgres.orders.credential.rotated                     .      .      .      .      x        x        .
keyturn.evt.system.postgres.billing.credential.*                          .      .      .      .      .        .        x
keyturn.evt.system.postgres.*.credential.*                                .      .      .      .      .        .        .
keyturn.log.credential.change-asked                                       .      x      x      .      .        .        .
keyturn.log.credential.test-asked                                         .      x      x      .      .        .        .
keyturn.log.credential.deletion-started                                   .      x      x      .      .        .        .
keyturn.log.credential.rotated                                            .      x      .      .      .        .        .
keyturn.log.>                                                             .      x      .      .      .        .        .
_INBOX_vault.>                                                            x      .      .      .      .        .        .
_INBOX_gateway.>                                                          .      x      .      .      .        .        .
_INBOX_worker.>                                                           .      .      x      .      .        .        .
_INBOX_audit.>                                                            .      .      .      x      .        .        .
_INBOX_orders_a.>                                                         .      .      .      .      x        .        .
_INBOX_orders_b.>                                                         .      .      .      .      .        x        .
_INBOX_billing_a.>                                                        .      .      .      .      .        .        x
_INBOX.>                                                                  .      .      .      .      .        .        .
_INBOX_*.>                                                                .      .      .      .      .        .        .
$JS.EVENT.ADVISORY.>                                                      .      .      .      .      .        .        .
$JS.API.>                                                                 .      .      .      .      .        .        .
$SYS.>                                                                    .      .      .      .      .        .        .
`;

export type Row = { readonly subject: string; readonly allowed: readonly Identity[] };
export const rowsOf = (table: string): Row[] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [subject = '', ...marks] = line.trim().split(/\s+/u);
      if (marks.length !== IDENTITIES.length) throw new Error(`the row of ${subject} has ${marks.length} marks`);
      return { subject, allowed: IDENTITIES.filter((_, index) => marks[index] === 'x') };
    });

/** Does the pattern allow the subject, which may have wildcards itself? */
export const covers = (pattern: string, subject: string): boolean => {
  const [expected, tokens] = [pattern.split('.'), subject.split('.')];
  if (expected.at(-1) === '>')
    return tokens.length >= expected.length && covers(expected.slice(0, -1).join('.'), tokens.slice(0, expected.length - 1).join('.'));
  return (
    expected.length === tokens.length && expected.every((each, index) => each === tokens[index] || (each === '*' && tokens[index] !== '>'))
  );
};
