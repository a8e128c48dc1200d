import { streamOf } from '../folds.ts';
import type { NewEvent, Write } from '../ports/command-log.ts';

type Of = { readonly scope: string; readonly service: string; readonly credentialId: string; readonly address: string };
type Mark = { readonly events: readonly NewEvent[]; readonly writes: readonly Write[] };

const markWith = (type: 'default.set' | 'default.cleared', { scope, service, credentialId, address }: Of): Mark => ({
  events: [{ type, data: { scope, service, credentialId, address }, stream: streamOf.default(scope, service) }],
  writes: [{ kind: 'default', scope, service, credentialId: type === 'default.set' ? credentialId : null }],
});

/** Makes a credential its service's default in its scope: the mark has one stream for each such place, so its last event is the truth. */
export const becomeDefault = (of: Of): Mark => markWith('default.set', of);

/** Takes the mark away from the one that has it. */
export const ceaseDefault = (of: Of): Mark => markWith('default.cleared', of);
