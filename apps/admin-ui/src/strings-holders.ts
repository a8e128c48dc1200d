/** The words about who holds a credential; part of `strings`. */
export const consumers = {
  columns: { instance: 'Instance', state: 'State', holds: 'Holds', from: 'From', acknowledged: 'Acknowledged', beat: 'Last beat' },
  states: { live: 'live', silent: 'silent', lost: 'lost', ended: 'ended' },
  stateHints: {
    live: 'beats every 10 seconds',
    silent: 'no beat lately; it still counts and blocks a revoke',
    lost: 'silent for too long; it counts no more',
    ended: 'said goodbye',
  },
  taken: 'taken',
  generation: (generation: number) => `generation ${generation}`,
  seen: 'identity given',
  unseen: 'no address in the log',
  unseenBecause: 'Its NATS key was laid beside it, so it never asks the gateway for one.',
  acknowledgement: {
    generation: (generation: number) => `generation ${generation}`,
    behind: (generation: number) => `behind, at generation ${generation}`,
    notYet: 'not yet',
    broken: 'proved, but does not work',
    draining: (versions: readonly number[]) =>
      `It still has ${versions.map((version) => `v${version}`).join(', ')} in use, and lets go once that work is done.`,
    unreported: (version: number) => `It took v${version}, and has not reported yet that it works.`,
    unfetched: (version: number) => `It has not fetched v${version} yet.`,
    noVersion: 'There is no current version.',
    because: {
      silent: 'It has been silent, so it may not have heard of it; it counts all the same.',
      lost: 'It was silent for so long that nobody waits for it.',
      ended: 'It said goodbye, so nobody waits for it.',
    },
  },
  nothing: 'nothing',
  loading: 'Reading who holds which version…',
  empty: { title: 'No consumer holds this credential', detail: 'Instances show here as soon as they fetch it through the SDK.' },
} as const;
