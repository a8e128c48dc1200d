import { Reply } from '@keyturn/contracts';
import type { Headers } from './bus.ts';
import { decode } from './codec.ts';
import { ServiceFault } from './faults.ts';
import { faultOf } from './service-errors.ts';

/** The reply in an answer off the wire; throws the fault that it stands for. */
export const readAnswer = (subject: string, bytes: Uint8Array, headers: Headers): Reply => {
  const fault = faultOf(subject, headers);
  if (fault) throw fault;
  const reply = Reply.safeParse(decode(bytes));
  if (!reply.success) throw new ServiceFault(`${subject}: the answer is no reply`, { cause: reply.error });
  return reply.data;
};
