import { setAccountDisabled } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { browser, signInAs } from './browser.ts';
import { type TestGateway, testGateway } from './test-gateway.ts';

const MINUTE = 60_000;
let later = 0;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway(undefined, { now: () => new Date(Date.now() + later) });
});
afterAll(() => gateway.dispose());

const statusOf = async (person: ReturnType<typeof browser>): Promise<number> =>
  (await person.visit(`${gateway.url}/api/v1/session`)).status;
const signedIn = async (): Promise<ReturnType<typeof browser>> => {
  const person = browser();
  expect((await signInAs(person, gateway.url, 'professional')).status).toBe(302);
  return person;
};

describe('a person whom the provider disables', () => {
  it('is refused within a minute, and let in again only by signing in', async () => {
    const person = await signedIn();
    later += MINUTE / 2;
    expect(await statusOf(person)).toBe(200); // the provider stands by them: asked for real
    setAccountDisabled(inject('oidcDir'), 'professional', true);
    try {
      later += MINUTE / 2;
      expect(await statusOf(person)).toBe(401);
    } finally {
      setAccountDisabled(inject('oidcDir'), 'professional', false);
    }
    later += MINUTE;
    expect(await statusOf(person)).toBe(401); // the cookie is gone
    expect(await statusOf(await signedIn())).toBe(200);
  });

  it('stays signed in for as long as they are not', async () => {
    const person = await signedIn();
    for (let minutes = 0; minutes < 30; minutes += 1) {
      later += MINUTE;
      expect(await statusOf(person)).toBe(200);
    }
  });
});
