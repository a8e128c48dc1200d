import { pages } from './strings-pages.ts';

/** The words of the overview; part of `strings`. */
export const overview = {
  title: pages.overview,
  loading: 'Looking for what needs someone…',
  needs: {
    title: 'Needs someone now',
    all: 'Nothing needs anybody.',
    allDetail: 'Nothing waits for a person, is held, failed, refused at its provider, overdue, expiring or over age.',
    more: {
      expiring: (count: number) => `and ${count.toLocaleString()} more that expire soon`,
      refused: (count: number) => `and ${count.toLocaleString()} more that their providers refuse`,
      overdue: (count: number) => `and ${count.toLocaleString()} more that are overdue`,
      disabled: (count: number) => `and ${count.toLocaleString()} more that are disabled`,
      deleting: (count: number) => `and ${count.toLocaleString()} more whose deletion is not done`,
      aged: (count: number) => `and ${count.toLocaleString()} more whose values are over age`,
      waiting: (count: number) => `and ${count.toLocaleString()} more that wait for a person`,
    },
    waiting: {
      approval: 'A rotation waits for approval',
      'force-approval': 'A rotation is to be forced, which somebody else must approve',
      value: 'A rotation waits for a person to bring the new value',
      deletion: 'A rotation waits for a person to delete the old value at the provider',
      held: 'A rotation is held',
      escalated: 'A rotation is held',
      leftover: 'Something is left at the provider that may still let somebody in',
    },
    approvalBy: (name: string) => `By somebody else than ${name}.`,
    approvalUntil: (when: string) => `Without it the rotation fails on ${when}.`,
    forceBy: (name: string, reason: string) => `${name} asks for it: ${reason}`,
    failed: 'The last rotation failed',
    failedOnce: 'A rotation failed; whether a later one went well can’t be read just now',
    expired: (when: string) => `It expired on ${when}`,
    expiring: (when: string) => `It expires on ${when}`,
    refused: (sentence: string) => `Its provider refuses it: ${sentence}`,
    overdue: 'It should have been rotated by now',
    overdueSince: (when: string) => `By its schedule, since ${when}`,
    deleting: 'Its deletion is not done',
    disabled: 'It is disabled: nobody gets it',
    overAge: (days: number) => `Its value is ${days.toLocaleString()} days old`,
    untested: (count: number) => (count === 1 ? '1 value in use was never tested' : `${count} values in use were never tested`),
    showMore: (count: number) => `Show ${count} more`,
    failedUntold: 'Whether a rotation failed is told by audit, which does not answer just now.',
    environment: (variables: string) => `It still comes from the environment: ${variables}`,
  },
  flight: {
    title: 'Rotations in flight',
    none: 'None at the moment.',
    more: (count: number, hasMore: boolean) => `and ${hasMore ? 'at least ' : ''}${count.toLocaleString()} more`,
  },
  untold: 'Audit, which tells of it, does not answer just now. This page asks again by itself.',
  figures: (
    active: { readonly count: number; readonly atLeast: boolean },
    consumers: number,
    rotations: { readonly requested: number; readonly failed: number },
  ) =>
    `${active.count.toLocaleString()}${active.atLeast ? '+' : ''} active credentials · ${consumers.toLocaleString()} ${consumers === 1 ? 'consumer' : 'consumers'} · ${rotations.requested.toLocaleString()} rotations in 30 days, ${rotations.failed.toLocaleString()} failed`,
  chart: {
    title: 'Convergence of the last rotations',
    hint: 'From the commit until the last instance proved the new version',
    none: 'No rotation has been acknowledged yet.',
    summary: (count: number, median: string, longest: string) =>
      `${count} rotations; the middle one took ${median}, the longest ${longest}.`,
    columns: { credential: 'Credential', rotation: 'Rotation', took: 'Convergence' },
    bar: (address: string, epoch: number, took: string) => `${address}, rotation ${epoch}: ${took}`,
  },
  kinds: {
    title: 'Credentials by provider and age',
    llm: (provider: string) => `LLM key of ${provider}`,
    hint: 'How old the present values are',
    ages: { fresh: 'under 30 days', grown: '30 to 90 days', old: 'over 90 days' },
    total: (count: number, atLeast: boolean) => `${count.toLocaleString()}${atLeast ? '+' : ''}`,
    bar: (kind: string, fresh: number, grown: number, old: number) =>
      `${kind}: ${fresh} under 30 days, ${grown} of 30 to 90 days, ${old} over 90 days`,
    none: 'There are no credentials yet.',
  },
} as const;
