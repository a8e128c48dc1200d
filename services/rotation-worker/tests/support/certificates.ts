import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

// As much of X.509 (RFC 5280) as an authority and its servers' certificates need, so that a test makes its own and needs no program for it.

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x82]), length, body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const utcTime = (at: Date): Buffer => tlv(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replaceAll(/[-:T]/gu, '')}Z`));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const BASIC_CONSTRAINTS = oid('551d13');
const SUBJECT_ALT_NAME = oid('551d11');
const TRUE = tlv(0x01, Buffer.from([0xff]));

const nameOf = (commonName: string): Buffer => sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(commonName)))));
const alternative = (host: string): Buffer =>
  isIPv4(host) ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host));
const isAuthority = sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, sequence(TRUE)));
const isFor = (host: string): Buffer => sequence(SUBJECT_ALT_NAME, tlv(0x04, sequence(alternative(host))));

const DAY_MS = 86_400_000;

type Wanted = {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extension: Buffer;
};

const certify = ({ subject, issuer, key, signer, extension }: Wanted): string => {
  const now = Date.now();
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(utcTime(new Date(now - DAY_MS)), utcTime(new Date(now + DAY_MS))),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', toBeSigned, signer));
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der.replaceAll(/.{64}/gu, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
};

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export type Authority = {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  /** A certificate for one host, and its key, in PEM. */
  readonly issueFor: (host: string) => { readonly certificate: string; readonly key: string };
};

/** A certificate authority that nobody knows, for a day. */
export const newAuthority = (name: string): Authority => {
  const its = keyPair();
  const about = { issuer: name, signer: its.privateKey };
  return {
    certificate: certify({ ...about, subject: name, key: its.publicKey, extension: isAuthority }),
    issueFor: (host) => {
      const server = keyPair();
      const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { certificate: certify({ ...about, subject: host, key: server.publicKey, extension: isFor(host) }), key };
    },
  };
};
