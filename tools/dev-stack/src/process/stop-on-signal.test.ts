import { expect, it } from 'vitest';
import { stopInReverse } from './stop-on-signal.ts';

const step = (name: string, stopped: string[], fault?: Error): { stop(): Promise<void> } => ({
  stop: async () => {
    stopped.push(name);
    if (fault) throw fault;
  },
});

it('stops the last started first, goes on after a fault, and returns it', async () => {
  const stopped: string[] = [];
  const fault = new Error('stuck');
  const faults = await stopInReverse({ inOrder: [step('postgres', stopped), step('vault', stopped, fault), step('gateway', stopped)] });
  expect(stopped).toEqual(['gateway', 'vault', 'postgres']);
  expect(faults).toEqual([fault]);
});
