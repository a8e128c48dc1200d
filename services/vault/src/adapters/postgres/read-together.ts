import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { groupCommit } from './group-commit.ts';

type Reads<Key, Value> = {
  /** A prepared statement by primary key. */
  readonly one: (key: Key) => Promise<Value>;
  /** One statement for all, planned anew: a kept plan for lists would be right only for the size that the table had then. In order. */
  readonly many: (keys: readonly Key[]) => Promise<readonly Value[]>;
};

const full = (): Error => new LogUnavailable(new Error('too many reads are waiting'));

/**
 * Reads that come while another is under way go out together: after a commit every instance of a consumer asks for the same few rows at
 * once. Each is read after it was asked for.
 */
export const readTogether = <Key, Value>({ one, many }: Reads<Key, Value>): ((key: Key) => Promise<Value>) => {
  const reads = groupCommit<Key, Value>({
    size: 256,
    queued: 16_384,
    full,
    write: async (keys) => {
      const [first] = keys;
      const values = first !== undefined && keys.length === 1 ? [await one(first)] : await many(keys);
      return values.map((answer) => ({ answer }));
    },
  });
  return (key) => reads.submit(key);
};
