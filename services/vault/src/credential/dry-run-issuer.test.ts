import type { IssuerInspection } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { dryRun } from './dry-run.ts';
import { eventsOf, type CredentialFact } from './happened.ts';

// What was seen of the issuer at its provider, and what a rotation makes of it.

const UNSEEN = 'May it write?';
const make = eventsOf({ credentialId: spec.id, address: spec.address });
const GRANT = 'GRANT "orders" TO "issuer" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;';
const lack = (needed: IssuerInspection['lacks'][number]['needed']): IssuerInspection['lacks'][number] => ({
  code: `no-${needed}`,
  needed,
  sentence: `It lacks what ${needed} needs.`,
  statement: GRANT,
});
/** A test that looked at the issuer, too. */
const looked = (...lacks: IssuerInspection['lacks']) => lookedAs({ issuerId: spec.issuer, lacks });
const lookedAs = (issuer: IssuerInspection) =>
  make('credential.version-tested', { version: 1, epoch: null, verdict: 'valid', sentence: 'valid', elapsedMs: 3, issuer });
const came = (sentence: string) => lookedAs({ issuerId: spec.issuer, lacks: [], unable: sentence });

const stateOf = (...past: readonly CredentialFact[]) => {
  const { state } = spec.given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const issuer = stateOf(...spec.base);
const would = (past: readonly CredentialFact[], by = issuer) => {
  const known = { issuer: by, facts: spec.facts(), isHeldBack: false, refusal: null };
  return dryRun(stateOf(...past), { reason: 'manual', by: spec.person('ada') }, known);
};

describe('an issuer that was looked at', () => {
  it('blocks a rotation for what that needs, with the statement that mends it and when it was seen', () => {
    const { possible, findings, issuer: seen, sentence } = would([...spec.base, looked(lack('rotation'), lack('force'), lack('evidence'))]);
    expect(possible).toBe(false);
    expect(findings.map(({ code, blocks, statement, seenAt }) => [code, blocks, statement, seenAt === seen?.seenAt])).toEqual([
      ['no-rotation', true, GRANT, true],
      ['no-force', false, GRANT, true],
      ['no-evidence', false, GRANT, true],
    ]);
    expect(findings[0]?.sentence).toBe('It lacks what rotation needs. (Seen 16 s ago.)');
    expect(sentence).toContain('It lacks what rotation needs.');
    expect(seen?.sentence).toBe(`Its issuer ${spec.address} was looked at 16 s ago: it lacks what is named here.`);
  });
  it('blocks nothing once another look found nothing', () => {
    const { possible, findings, issuer: seen } = would([...spec.base, looked(lack('rotation')), looked()]);
    expect({ possible, findings, sentence: seen?.sentence }).toEqual({
      possible: true,
      findings: [],
      sentence: `Its issuer ${spec.address} was looked at 15 s ago: nothing was found missing.`,
    });
  });
  it('is proved able by a rotation that got a value since', () => {
    const past = [...spec.base, looked(lack('rotation'), lack('force')), ...spec.committed.slice(spec.base.length), spec.completed(1)];
    expect(would(past).findings.map(({ code }) => code)).toEqual(['no-force', 'ledger-open']); // the spec leaves version 1 there
  });
  it('is no more what was looked at, once it has another value', () => {
    const past = [...spec.base, looked(lack('rotation'))];
    const { possible, findings, issuer: seen } = would(past, stateOf(...spec.committed));
    expect({ possible, findings }).toEqual({ possible: true, findings: [] });
    expect(seen).toMatchObject({ seenAt: null, sentence: expect.stringContaining('has another value since it was looked at, 16 s ago') });
  });
  it('was not yet, where no test looked: it is said, and blocks nothing', () => {
    const { possible, issuer: seen } = would(spec.base);
    expect(possible).toBe(true);
    expect(seen).toMatchObject({ credentialId: spec.id, seenAt: null, sentence: expect.stringContaining('was not looked at yet: test') });
  });
  it('keeps what was seen before a look that came to nothing, which is said', () => {
    const { possible, issuer: seen } = would([...spec.base, looked(lack('rotation')), came('The provider took too long.')]);
    expect(possible).toBe(false);
    expect(seen?.sentence).toMatch(/16 s ago.* The last try came to nothing: The provider took too long\.$/u);
  });
  it('promises nothing of what can’t be seen, until a rotation that got a value has shown it', () => {
    const partly = [...spec.base, lookedAs({ issuerId: spec.issuer, lacks: [], unseen: UNSEEN })];
    expect(would(partly).issuer?.sentence).toMatch(/: nothing was found missing\. Not all can be seen: May it write\?$/u);
    const rotated = [...partly, ...spec.committed.slice(spec.base.length), spec.completed(1)];
    expect(would(rotated).issuer?.sentence).toMatch(/ ago, and a rotation got a value since\.$/u);
  });
  it('is nobody where a person makes the next value', () => {
    const alone = [spec.registered({}, false), ...spec.base.slice(1)];
    expect(would(alone).issuer).toBeNull();
  });
});

describe('what a rotation failed for', () => {
  const failed = make('rotation.failed', { epoch: 1, step: 'stage', reasonCode: 'issuer-lacks-privilege', sentence: 'GRANT it;' });
  const past = [...spec.base, spec.requested(1), failed];
  const codes = (more: readonly CredentialFact[], by = issuer) => would([...past, ...more], by).findings.map(({ code }) => code);

  it('ends with a look that shows all and found nothing', () => {
    expect(codes([])).toEqual(['issuer-lacks-privilege']);
    expect(codes([looked()])).toEqual([]);
  });
  it('stands after a look that can’t show it, also after one that came to nothing', () => {
    expect(codes([lookedAs({ issuerId: spec.issuer, lacks: [], unseen: UNSEEN })])).toEqual(['issuer-lacks-privilege']);
    expect(codes([came('The provider took too long.')])).toEqual(['issuer-lacks-privilege']);
  });
  it('ends with another value of the issuer', () => expect(codes([], stateOf(...spec.committed))).toEqual([]));
  it('stands after another rotation that came to nothing, by its number, and ends with one that went through', () => {
    const another = [...past, spec.requested(2), spec.failed(2)];
    const [finding] = would(another).findings;
    expect(finding).toMatchObject({
      code: 'issuer-lacks-privilege',
      sentence: expect.stringMatching(/^Rotation 1 failed for it, .*GRANT it;$/u),
    });
    const through = [
      spec.requested(2),
      spec.staged(2, 2),
      spec.tested(2, 2),
      spec.rotated(1, 2, 2, 2),
      spec.superseded(1, 2),
      spec.completed(2),
    ];
    expect(codes(through)).not.toContain('issuer-lacks-privilege');
  });
});
