import { describe, expect, it } from 'vitest';
import { refuseUnlessSeen, sampleClientUse, USES } from './client-use.ts';
import { realmAnswering } from './testing/realm-answering.ts';

const ALL = { eventsEnabled: true, enabledEventTypes: ['REGISTER', ...USES] };
const NOW = new Date('2026-03-04T10:00:00.000Z');

/** A realm that keeps events as `config` says, with this one as the client's last. */
const realmWith = (config: object, lastAt?: string) =>
  realmAnswering(({ path }) => {
    if (path === '/events/config') return { body: config };
    if (path.startsWith('/events?')) return { body: lastAt === undefined ? [] : [{ time: Date.parse(lastAt) }] };
    return path === '/clients/gone' ? { status: 404 } : { body: { id: 'c', clientId: 'orders' } };
  });
const sample = (realm: ReturnType<typeof realmWith>['realm'], providerId = 'clients/c', last?: string) =>
  sampleClientUse(realm, { providerId, since: '2026-03-04T09:00:00.000Z', last, now: NOW });

describe('a realm that can’t say whether a secret is unused', () => {
  const without = (type: string) => ({ ...ALL, enabledEventTypes: ALL.enabledEventTypes.filter((other) => other !== type) });
  it.each<{ readonly why: string; readonly config: object; readonly sentence: RegExp }>([
    { why: 'keeps no events', config: { ...ALL, eventsEnabled: false }, sentence: /INTROSPECT_TOKEN/u },
    { why: 'keeps what it does by default', config: { eventsEnabled: true }, sentence: /REFRESH_TOKEN/u },
    { why: 'forgets them too soon', config: { ...ALL, eventsExpiration: 3600 }, sentence: /four hours/u },
    ...USES.map((type) => ({ why: `keeps all but ${type}`, config: without(type), sentence: new RegExp(`: ${type}\\.$`, 'u') })),
  ])('$why: it is refused before a rotation, and as a sample', async ({ config, sentence }) => {
    const { realm } = realmWith(config);
    const refusal = { code: 'provider-refused', sentence: expect.stringMatching(sentence) };
    expect(await refuseUnlessSeen(realm)).toMatchObject(refusal);
    expect(await sample(realm)).toMatchObject({ ok: false, refusal });
  });
});

describe('a realm that keeps all uses', () => {
  it('says when the last one was', async () => {
    const { realm, calls } = realmWith(ALL, '2026-03-04T09:30:00.000Z');
    expect(await refuseUnlessSeen(realm)).toBeNull();
    expect(await sample(realm)).toMatchObject({ value: { sessions: 1, isGapless: true, lastUsedAt: '2026-03-04T09:30:00.000Z' } });
    const [asked = ''] = calls.filter((call) => call.startsWith('GET /events?'));
    for (const type of USES) expect(asked).toContain(`type=${type}&`);
  });
  it('says that there was none', async () =>
    expect(await sample(realmWith({ ...ALL, eventsExpiration: 0 }).realm)).toMatchObject({ value: { sessions: 0, isGapless: true } }));
  it.each<{ readonly last: string | undefined; readonly isGapless: boolean; readonly what: string }>([
    { what: 'however many others keep this sample waiting', last: '2026-03-04T05:51:00.000Z', isGapless: true },
    { what: 'but where the sample before is nearly as old as what it forgets', last: '2026-03-04T05:50:00.000Z', isGapless: false },
    { what: 'but where there is none before', last: undefined, isGapless: false },
  ])('has forgotten none since the sample before, where events expire, $what', async ({ last, isGapless }) => {
    // Kept for four hours and twenty minutes, which count as four hours and ten.
    const seen = await sample(realmWith({ ...ALL, eventsExpiration: 15_600 }).realm, 'clients/c', last);
    expect(seen).toMatchObject({ value: { sessions: 0 } });
    expect(seen.ok && seen.value.isGapless === true).toBe(isGapless);
  });
  it('needs to know nothing of a client that is gone', async () =>
    expect(await sample(realmWith({ eventsEnabled: false }).realm, 'clients/gone')).toMatchObject({ value: { sessions: 0 } }));
});
