import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeFernetToken } from '../testing/index.ts';
import { type FernetKey, parseFernetKey, parseKeyFile } from './fernet-key.ts';
import { openStoredToken } from './open-stored-token.ts';

const newKey = (): FernetKey => {
  const key = parseFernetKey(`${randomBytes(32).toString('base64url')}=`);
  if (!key) throw new Error('no key');
  return key;
};
const tokenOf = (key: FernetKey, text: string): string => makeFernetToken(key, { iv: randomBytes(16), now: new Date(0), text });
const damaged = (token: string, at: number): string => {
  const bytes = Buffer.from(token, 'base64url');
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  return bytes.toString('base64url').padEnd(token.length, '=');
};

const SECRET = 'a secret of more than one block, é漢';

describe('a stored token', () => {
  const [ours, older] = [newKey(), newKey()];

  it('opens with the first key that fits, and says which', () => {
    const opened = openStoredToken([ours, older], tokenOf(older, SECRET));
    expect(opened.ok && [opened.value.value.reveal(), opened.value.keyIndex]).toEqual([SECRET, 1]);
  });

  it('is told to be damaged wherever one of its bytes is, not to be under another key', () => {
    const token = tokenOf(ours, SECRET);
    for (const at of Buffer.from(token, 'base64url').keys()) {
      expect(openStoredToken([older, ours], damaged(token, at)), `byte ${at}`).toEqual({ ok: false, refusal: 'corrupt' });
    }
    expect(openStoredToken([ours], token.slice(0, -8))).toEqual({ ok: false, refusal: 'corrupt' });
  });

  it('is told to be under another key where none opens it', () => {
    expect(openStoredToken([ours], tokenOf(older, SECRET))).toEqual({ ok: false, refusal: 'wrong-key' });
    expect(openStoredToken([], tokenOf(older, SECRET))).toEqual({ ok: false, refusal: 'no-key' });
  });
});

describe('a key file', () => {
  it('holds one key a line, and comments', () => {
    const [first, second] = [randomBytes(32), randomBytes(32)].map((bytes) => `${bytes.toString('base64url')}=`);
    expect(parseKeyFile(`# new\n${first}\r\n\n  ${second}\n`)).toHaveLength(2);
  });

  it('names the line that is no key, and not what it holds', () => {
    expect(parseKeyFile('# x\nnot-a-key')).toEqual({ wrongLine: 2 });
  });
});
