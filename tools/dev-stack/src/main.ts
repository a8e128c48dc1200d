import { relative, resolve } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { passwordOf } from './oidc/accounts.ts';
import { onRunnerGone } from './process/on-runner-gone.ts';
import { stopOnSignal } from './process/stop-on-signal.ts';
import { devVarDir } from './project-paths.ts';
import { endpointsFile } from './stack/endpoints.ts';
import { followRotation, timelineLines } from './stack/follow-rotation.ts';
import { type Stack, type StackProgress, startStack } from './stack/start-stack.ts';

const varDir = resolve(process.env['KEYTURN_VAR_DIR'] ?? devVarDir);
const began = performance.now();
const since = (): string => `${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`;
const say = (line: string): void => console.log(`${since()}  ${line}`);

const tell = (progress: StackProgress): void => {
  switch (progress.kind) {
    case 'cleaned-up':
      return say(`ended what a killed run had left behind: ${progress.what.join(', ')}`);
    case 'downloading':
      return say(progress.sentence);
    case 'starting':
      return say(`starting ${progress.server} …`);
    case 'ready':
      return say(`${progress.server} is up (${progress.milliseconds} ms)`);
    case 'did':
      return say(`${progress.what} (${progress.milliseconds} ms)`);
  }
};

const rotateOnce = async ({ api, credentialId }: Stack): Promise<void> => {
  const { items } = await api.list();
  const open = items.find((item) => item.credentialId === credentialId)?.openEpoch ?? null;
  const epoch = open ?? (await api.rotate(credentialId, 'the first one, by pnpm start')).epoch;
  say(open === null ? `rotating system.postgres.orders, epoch ${epoch}:` : `going on with the rotation that was open, epoch ${epoch}:`);
  const lines = timelineLines();
  const rotation = await followRotation(
    api,
    { credentialId, epoch },
    { timeoutMs: 180_000, onChange: (state) => lines(state).forEach((line) => console.log(line)) },
  );
  say(rotation.sentence);
};

const sayWhere = ({ endpoints }: Stack): void =>
  console.log(`
  Admin UI     ${endpoints.adminUiUrl}
               sign in as admin (password ${passwordOf('admin')}), operator or auditor
  Temporal UI  ${endpoints.temporalUiUrl}
  Endpoints    ${relative('', endpointsFile(varDir))}
  Next         pnpm demo: 20 rotations under load
  Stop         Ctrl-C
`);

const run = async (): Promise<void> => {
  const stack = await startStack({ varDir, onProgress: tell });
  stopOnSignal(stack, { onStopping: () => say('stopping everything …'), onKilling: () => say('killing what is left') });
  onRunnerGone(() => void process.kill(process.pid, 'SIGTERM')); // a killed npx or pnpm must not leave us behind
  await rotateOnce(stack);
  sayWhere(stack);
};

run().catch((fault: unknown) => {
  console.error(fault instanceof CannotStart ? fault.message : fault);
  process.exit(1);
});
