import { typesOf } from '@keyturn/testkit/open-api-types';
import { expect, it } from 'vitest';
import { testApp } from '../testing/test-app.ts';

it('the generated client of the end-to-end tests has the types of today’s document', async () => {
  const document: unknown = await (await testApp().app.request('/openapi.json')).json();
  await expect(await typesOf(document)).toMatchFileSnapshot('../../../../tests/e2e/client/schema.gen.ts');
});
