import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

// Imported by the worker, and by each of its threads, before anything else: they collect every few seconds what they need no more, and say
// what is left. When the engine does so by itself depends on how much memory the machine has, and would say little of what the worker needs.

const EVERY_MS = 5_000;
const file = process.env['HEAPS_FILE'];
if (file === undefined || globalThis.gc === undefined) throw new Error('HEAPS_FILE and --expose-gc must be set');
const collect = globalThis.gc;

setInterval(() => {
  collect();
  appendFileSync(file, `${threadId} ${process.memoryUsage().heapUsed}\n`);
}, EVERY_MS).unref();
