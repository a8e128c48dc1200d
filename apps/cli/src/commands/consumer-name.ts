import { ConsumerName } from '@keyturn/contracts';
import { CliFailure } from '../cli-failure.ts';

/** The name as it may stand in a path. */
export const consumerName = (named: string): string => {
  const consumer = ConsumerName.safeParse(named);
  if (!consumer.success) throw new CliFailure('usage', 'A consumer’s name is 1 to 63 of a-z, 0-9 and -.');
  return consumer.data;
};
