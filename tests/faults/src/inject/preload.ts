import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { FAILPOINT_EDITS } from './failpoints.ts';
import { SEEDED_BUGS } from './seeded-bugs.ts';
import { editSource, type SourceEdit } from './source-edit.ts';

// Loaded into a process of the matrix before the product (`node --import`). The product knows nothing of it.

const settings = ['FAULTS_CONTROL', 'FAULTS_ROOT', 'FAULTS_BUG_FILE'].map((name) => process.env[name] ?? '');
const [control = '', root = '', bugFile = ''] = settings;

const bugNamed = (name: string): readonly SourceEdit[] => SEEDED_BUGS.find((bug) => bug.name === name)?.edits ?? [];
const edits = Map.groupBy([...FAILPOINT_EDITS, ...bugNamed(readFileSync(bugFile, 'utf8').trim())], ({ file }) =>
  String(pathToFileURL(`${root}/${file}`)),
);

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    const own = edits.get(url);
    if (!own || loaded.source === undefined || loaded.source === null) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString('utf8');
    return { ...loaded, source: editSource(source, own) };
  },
});

/** Tells the test that this place is passed, and goes on when it says so. A test that is gone stops nobody. */
const ask = (point: string, about: string): Promise<string> =>
  new Promise((resolve) => {
    const asked = new URLSearchParams({ point, about, pid: String(process.pid) });
    const asking = request(`${control}/?${asked.toString()}`, { agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
      answer.once('close', () => resolve(text));
    });
    asking.once('error', () => resolve(''));
    asking.end();
  });

const pass = async (point: string, about: unknown): Promise<void> => {
  if (typeof about !== 'string') return;
  if ((await ask(point, about)) === 'drop') throw new Error('the reply was dropped');
};
Reflect.set(globalThis, 'keyturnFaultPoint', pass);
