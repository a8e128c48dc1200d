/** The words of the overview; part of `strings`. */
export const overview = {
  title: 'Overview',
  loading: 'Looking for what needs someone…',
  needs: {
    title: 'Needs someone now',
    all: 'Nothing needs anybody.',
    allDetail: 'Nothing is held, failed, refused at its provider, expiring or over age, as far as this page has looked.',
    more: (count: number) => `and ${count.toLocaleString()} more`,
    held: 'A rotation is held',
    failed: 'The last rotation failed',
    expired: (when: string) => `It expired on ${when}`,
    expiring: (when: string) => `It expires on ${when}`,
    refused: (sentence: string) => `Its provider refuses it: ${sentence}`,
    deleting: 'Its deletion is not done',
    disabled: 'It is disabled: nobody gets it',
    overAge: (days: number) => `Its value is ${days.toLocaleString()} days old`,
    untested: (count: number) => (count === 1 ? '1 value in use was never tested' : `${count} values in use were never tested`),
    environment: (variables: string) => `It still comes from the environment: ${variables}`,
  },
  flight: { title: 'Rotations in flight', none: 'None at the moment.' },
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
    title: 'Credentials by kind and age',
    hint: 'How old the present values are',
    ages: { fresh: 'under 30 days', grown: '30 to 90 days', old: 'over 90 days' },
    sampled: (count: number) => `Of the ${count.toLocaleString()} whose value or details changed last.`,
    bar: (kind: string, fresh: number, grown: number, old: number) =>
      `${kind}: ${fresh} under 30 days, ${grown} of 30 to 90 days, ${old} over 90 days`,
    none: 'There are no credentials yet.',
  },
} as const;
