import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sensitive } from '@keyturn/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileKeyWrapper } from '../src/adapters/file/file-key-wrapper.ts';
import { addToKekFile, createKekFile, removeFromKekFile } from '../src/adapters/file/kek-file.ts';
import { describeKeyWrapper } from '../src/testing/describe-key-wrapper.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-kek-'));
  path = join(folder, 'kek');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const first = () => fileKeyWrapper({ path, create: true });
const later = () => fileKeyWrapper({ path, create: false });
const key = new Sensitive<Uint8Array>(new Uint8Array(32).fill(3));

/** The file's one key, in that state. */
const keyLine = async (from: string, state: string) => (await readFile(from, 'utf8')).split('\n')[1]!.replace('active', state);

const heldBy = async (open: () => ReturnType<typeof first>) => (await open()).held();

describeKeyWrapper('file', async () => {
  await first();
  await addToKekFile(path);
  return later();
});

describe('the KEK file', () => {
  it('is made on a first start, for its owner only, and read afterwards', async () => {
    const made = await first();
    const wrapped = await made.wrap(made.held()[0]!, key, { of: 'x' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['kek']);
    expect((await (await later()).unwrap(wrapped, { of: 'x' })).reveal()).toEqual(Buffer.from(key.reveal()));
  });
  it('is never made anew where there is one', async () => {
    await first();
    const before = await readFile(path, 'utf8');
    await first();
    expect(await readFile(path, 'utf8')).toBe(before);
  });
  it('is one and the same for replicas that start together', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await heldBy(first))[0]));
    expect(new Set(ids).size).toBe(1);
    expect(await readdir(folder)).toEqual(['kek']);
  });
  it('must be there where it may not be made', () => expect(later()).rejects.toThrow(/can't be read: restore it from its backup/));
  it.each([0o644, 0o640, 0o660, 0o604])('is refused in mode %o', async (mode) => {
    await first();
    await chmod(path, mode);
    await expect(later()).rejects.toThrow(/others may read it: chmod 600 it/);
  });
  it('is refused at every length that is not its whole', async () => {
    await first();
    const text = await readFile(path, 'utf8');
    for (let length = 0; length < text.length - 1; length += 1) {
      await writeFile(path, text.slice(0, length));
      await expect(later()).rejects.toThrow('is truncated or damaged');
    }
  });
  it('is refused where a key is not the one that its id says, without showing it', async () => {
    await first();
    const text = await readFile(path, 'utf8');
    const [, encoded = ''] = /active (.*)/.exec(text) ?? [];
    await writeFile(path, text.replace(encoded, `A${encoded.slice(1)}`.replace(/^AA/, 'BA')));
    const refused = await later().catch(String);
    expect(refused).toContain('is truncated or damaged');
    expect(refused).not.toContain(encoded.slice(1));
  });
  it('takes further keys, and still begins with the first', async () => {
    const [begun] = await heldBy(first);
    const second = await addToKekFile(path);
    const third = await addToKekFile(path);
    expect(await heldBy(later)).toEqual([begun, second, third]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['kek']);
    await removeFromKekFile(path, begun!);
    expect(await heldBy(later)).toEqual([second, third]);
    await expect(removeFromKekFile(path, begun!)).rejects.toThrow('holds no kek-');
    await removeFromKekFile(path, third);
    await expect(removeFromKekFile(path, second)).rejects.toThrow('is the only key');
  });
  it('is changed by one at a time', async () => {
    await first();
    const added = await Promise.allSettled(Array.from({ length: 8 }, () => addToKekFile(path)));
    const ids = added.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(ids.length).toBeGreaterThan(0);
    expect(await heldBy(later)).toEqual(expect.arrayContaining(ids));
    expect((await heldBy(later)).length).toBe(ids.length + 1);
  });
  it('gives a running vault its new key, and keeps the ones that it had when it can be read no more', async () => {
    const wrapper = await first();
    const before = wrapper.held();
    const added = await addToKekFile(path);
    await wrapper.reload();
    expect(wrapper.held()).toEqual([...before, added]);
    await chmod(path, 0o644);
    await expect(wrapper.reload()).rejects.toThrow('chmod 600');
    expect(wrapper.held()).toEqual([...before, added]);
  });
  it('names at most one active key, and reads what older vaults wrote', async () => {
    await first();
    const other = join(folder, 'other');
    await createKekFile(other);
    const write = async (...states: [string, string]) =>
      writeFile(path, ['keyturn-kek-v1', await keyLine(path, states[0]), await keyLine(other, states[1]), 'end', ''].join('\n'));
    const [newer] = await heldBy(() => fileKeyWrapper({ path: other, create: false }));
    await write('retiring', 'active');
    expect((await heldBy(later))[0]).toBe(newer);
    await writeFile(path, (await readFile(path, 'utf8')).replace('retiring', 'active'));
    await expect(later()).rejects.toThrow('must name at most one active key, and names 2');
  });
  it('is no folder', async () => {
    await expect(fileKeyWrapper({ path: folder, create: false })).rejects.toThrow('is not a regular file');
  });
});
