import type { ByokKeySaved } from '@keyturn/contracts/api';

/** The gateway waits 15 s each time. */
const ASKED_AT_MOST = 4;

/** Sends, and sends the very same request again while the test goes on: it waits anew, and brings the end. */
export const untilSettled = async (send: () => Promise<ByokKeySaved>): Promise<ByokKeySaved> => {
  let saved = await send();
  for (let asked = 1; saved.status === 'testing' && asked < ASKED_AT_MOST; asked += 1) saved = await send();
  return saved;
};
