import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import type { SealingKey } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { sealingKeyStatement } from './sealing-keys.ts';

/** A key pair as it is kept: the public half raw in base64url, the private half as raw bytes to be wrapped. */
export type KeyPair = { readonly publicKey: string; readonly privateKey: Sensitive<Uint8Array> };

/** The vault's Ed25519 identity, made once; CLI and SDK pin its public half. */
export const generateIdentity = (): KeyPair => rawPair(generateKeyPairSync('ed25519'));

/** A fresh X25519 pair to which secrets are sealed; its id is the first 16 bytes of SHA-256 of the public half, base64url. */
export const generateSealingKey = (): KeyPair & { readonly id: string } => {
  const pair = rawPair(generateKeyPairSync('x25519'));
  const digest = hash('sha256', Buffer.from(pair.publicKey, 'base64url'), 'buffer');
  return { ...pair, id: digest.subarray(0, 16).toString('base64url') };
};

/** Signs a sealing key's public statement with the vault's identity, for publishing. */
export const signSealingKey = (identity: KeyPair, key: Omit<SealingKey, 'signature'>): SealingKey => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: identity.publicKey, d: Buffer.from(identity.privateKey.reveal()).toString('base64url') };
  const { id, publicKey, notAfter } = key;
  const signature = sign(null, sealingKeyStatement(key), createPrivateKey({ key: jwk, format: 'jwk' }));
  return { id, publicKey, notAfter, signature: signature.toString('base64url') };
};

const rawPair = ({ privateKey }: { privateKey: KeyObject }): KeyPair => {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const { d } = privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new Error('the key pair has no raw form');
  return { publicKey: x, privateKey: new Sensitive<Uint8Array>(Buffer.from(d, 'base64url')) };
};
