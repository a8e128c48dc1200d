import { randomUUID } from 'node:crypto';
import { RegisteredCredential, ScheduleView } from '@keyturn/contracts/api';
import { expect, inject, it } from 'vitest';
import { credentialPath, CREDENTIALS } from '../support/ask.ts';
import { admin, call, json, NOBODY, registration } from './call.ts';

const { endpoints } = inject('stack');

/** The answers about rotations without anybody's click. */
export const describeScheduleAnswers = (): void => {
  it('PUT and GET a schedule', async () => {
    const body = JSON.stringify(registration(`schedule-${randomUUID().slice(0, 8)}`));
    const made = await call(CREDENTIALS, { method: 'POST', body, headers: json });
    const { credentialId } = RegisteredCredential.parse(await made.json());
    const path = `${credentialPath(credentialId)}/schedule`;
    const put = (schedule: object | null, headers = {}) =>
      call(path, { method: 'PUT', body: JSON.stringify({ schedule }), headers: { ...json, ...headers } });
    const window = { days: ['sat', 'sun'], from: '22:00', to: '04:00', timeZone: 'Europe/Vienna' };
    const set = await put({ rotateEveryMs: 7_776_000_000, window, jitterMs: 3_600_000 });
    expect(set.status).toBe(200);
    const view = ScheduleView.parse(await (await call(path)).json());
    expect(view).toMatchObject({ schedule: { window }, refused: null, overdueSince: null, failures: 0, remindDaysBefore: [30, 7, 1] });
    expect(Date.parse(view.startsAt ?? '')).toBeGreaterThanOrEqual(Date.parse(view.dueAt ?? ''));
    expect((await put({ rotateEveryMs: 7_776_000_000, window: { ...window, timeZone: 'Vienna' } })).status).toBe(422);
    expect((await put(null, { 'if-match': '"1.999"' })).status).toBe(412);
    const bare = await fetch(`${endpoints.gatewayUrl}${path}`, {
      method: 'PUT',
      body: '{"schedule":null}',
      headers: { ...admin, ...json },
    });
    expect(bare.status).toBe(428);
    expect(ScheduleView.parse(await (await put(null)).json())).toMatchObject({ schedule: null, startsAt: null });
    expect((await call(`${credentialPath(NOBODY)}/schedule`)).status).toBe(404);
    expect((await put(null, { authorization: `Bearer ${endpoints.tokens.auditor}` })).status).toBe(403);
    expect((await call(`${CREDENTIALS}?overdue=true`)).status).toBe(200);
  });
};
