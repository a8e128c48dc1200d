import { ok } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { SAMPLE_ENTRY } from '../samples/event.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_ACCESS_LOG } from '../samples/lifecycle.ts';
import { memoryAudit } from '../testing/memory-services.ts';
import { bearer, testApp } from '../testing/test-app.ts';

const read = async (list: string, query: string) => {
  const audit = memoryAudit({
    'timeline.read': ok({
      items: [
        { ...SAMPLE_ENTRY, position: 7 },
        { ...SAMPLE_ENTRY, position: 9 },
      ],
      projectedTo: 9,
      total: 5,
    }),
    'access.read': ok({ ...SAMPLE_ACCESS_LOG, nextBefore: 7 }),
  });
  const path = `/api/v1/admin/credentials/${SAMPLE_CREDENTIAL_ID}/${list}?${query}`;
  const answer = await testApp({ audit }).app.request(path, { headers: bearer('auditor') });
  const [asked] = audit.calls as { message: { data: object } }[];
  return { status: answer.status, body: (await answer.json()) as object, data: asked?.message.data };
};

describe('a list by positions goes on by the cursor of other lists', () => {
  it.each([
    ['timeline', 'limit=2&cursor=5', { after: 5 }],
    ['timeline', 'limit=2&cursor=5&order=oldest', { after: 5 }],
    ['timeline', 'limit=2&cursor=11&order=newest', { before: 11 }],
    ['timeline', 'limit=2&after=5&before=11', { after: 5, before: 11 }],
    ['access-log', 'limit=2&cursor=11', { before: 11 }],
    ['access-log', 'limit=2&before=11', { before: 11 }],
  ])('%s?%s', async (list, query, place) => {
    const { status, data, body } = await read(list, query);
    expect([status, data]).toMatchObject([200, { ...place, limit: 2 }]);
    expect(body).toMatchObject({ nextCursor: list === 'timeline' ? '9' : '7' });
  });

  it('and ends where the page is not full', async () =>
    expect((await read('timeline', 'limit=3')).body).toMatchObject({ nextCursor: null }));

  it.each(['timeline', 'access-log'])('%s takes no cursor beside a position', async (list) =>
    expect((await read(list, 'cursor=5&before=11')).status).toBe(422),
  );
});
