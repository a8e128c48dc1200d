import { describe, expect, it } from 'vitest';
import { cpuBudget } from './cpu-budget.ts';
import { cpuTimes, usageIn } from './cpu-time.ts';

describe('a CPU budget', () => {
  it('says what each process spent on a piece, the largest first, and how many cores were busy', () => {
    const budget = cpuBudget();
    budget.add({ before: { NATS: 10, vault: 100, idle: 7 }, after: { NATS: 30, vault: 200, idle: 7 }, pieces: 500, ms: 100 });
    budget.add({ before: { NATS: 30, vault: 300, idle: 7 }, after: { NATS: 50, vault: 400, idle: 7 }, pieces: 500, ms: 100 });
    expect(budget.sentence()).toBe('240 µs of CPU (vault 200, NATS 40), with 1.2 cores busy');
  });
  it('says nothing where nothing was told', () => {
    const budget = cpuBudget();
    budget.add({ before: null, after: null, pieces: 500, ms: 100 });
    expect(budget.sentence()).toBeNull();
  });
});

describe('the CPU time of a process', () => {
  const stat = '77 (a (b) c) S 5 77 77 0 -1 4194304 100 0 0 0 120 30 4 1 20 0 7 0 900 1000 50';
  it('is read behind a name that holds what it wants', () => {
    expect(usageIn(77, stat)).toEqual({ pid: 77, parent: 5, own: 150, ofEnded: 5 });
  });
  it('is nothing where nothing is said', () => expect(usageIn(77, '')).toBeNull());
  it.runIf(process.platform === 'linux')('is there for a running one', () => {
    expect(cpuTimes([{ name: 'this', pid: process.pid }])?.['this']).toBeGreaterThan(0);
  });
});
