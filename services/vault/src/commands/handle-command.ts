import { CommandMessage, type Reply } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import { aboutOf } from '@keyturn/sealing';
import { z } from 'zod';
import { isStorable } from '../storable.ts';
import { COMMANDS, type Performing } from './commands.ts';
import { isWorkerCommand, refuseUnlessAllowed, WORKER } from './authorise.ts';
import { onActiveKek } from './on-active-kek.ts';
import { openCommand } from './opened.ts';
import { refuseUnlessRecent } from './recent-login.ts';
import { recipientOf } from './refusal-recorder.ts';

export type ArrivedCommand = {
  readonly subject: string;
  readonly type: string;
  readonly payload: unknown;
  readonly traceparent?: string | undefined;
};

const isKnown = (type: string): type is VaultCommandName => Object.hasOwn(COMMANDS, type);

/** Where a message is wrong, never what it held. */
export const invalid = (error: z.ZodError): Reply => ({
  refusal: {
    code: 'message-invalid',
    issues: error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`),
  },
});

/** A refusal that is about one credential stands in its access log. */
const aboutWhich = (type: VaultCommandName, data: unknown): { credentialId?: string } => {
  const credentialId = type.startsWith('credential.') ? aboutOf(data) : '';
  return z.uuid().safeParse(credentialId).success ? { credentialId } : {};
};

/** Takes one command off the wire: parses, authorises, opens, decides, records, answers. */
export const handleCommand = async (deps: Performing, arrived: ArrivedCommand): Promise<Reply> => {
  const { type, subject } = arrived;
  const message = CommandMessage.safeParse(arrived.payload);
  if (!message.success) return invalid(message.error);
  if (!isKnown(type)) return { refusal: { code: 'message-invalid', issues: ['there is no such command'] } };
  const parsed = COMMANDS[type](message.data.data);
  if (!parsed.ok) return invalid(parsed.refusal);
  if (!isStorable(message.data.data)) return { refusal: { code: 'message-invalid', issues: ['a text holds a NUL or half a character'] } };
  const actor = isWorkerCommand(type) ? WORKER : message.data.actor;
  const forbidden = await refuseUnlessAllowed(deps, type, actor, message.data.data);
  if (forbidden?.code === 'credential-unknown') return { refusal: forbidden };
  const denied = forbidden ?? refuseUnlessRecent(type, actor, deps.clock.now().toISOString());
  if (denied) {
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal: denied, ...aboutWhich(type, message.data.data) });
    return { refusal: denied };
  }
  const opened = await openCommand(deps, { subject, type, actor, traceparent: arrived.traceparent }, message.data);
  if (!opened.ok) return { refusal: opened.refusal };
  return onActiveKek(deps.kekKeeper, () => parsed.value(deps, opened.value));
};
