import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential, untilSteady } from './support/admin.ts';
import { ask, credentialPath, rotationsPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { type Laggard, startLaggard } from './support/laggard.ts';
import { makeManagedRole, type ManagedRole, revokeFromIssuer } from './support/managed-role.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';
import { chooseAccount, signInLongAgo } from './support/sign-in-long-ago.ts';

// What persons decide about a rotation, on the page: Ada asks in one browser, and Ben, who signed in a while ago, looks on in another.

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const WIDE = { width: 1280, height: 900 };

let adas: Chromium;
let bens: Chromium;
let ada: Page;
let ben: Page;
const laggards: Laggard[] = [];

beforeAll(async () => {
  const context = { viewport: WIDE, reducedMotion: 'reduce' } as const;
  [adas, bens] = await Promise.all([launchChromium({ env: process.env, context }), launchChromium({ env: process.env, context })]);
  ada = await adas.context.newPage();
  ben = await bens.context.newPage();
  await signInAs(ada, adminUiUrl, 'admin');
  await signInLongAgo(ben, adminUiUrl, 'admin2');
});
afterEach(async () => {
  await Promise.all(laggards.splice(0).map((laggard) => laggard.close()));
});
afterAll(() => Promise.all([adas?.close(), bens?.close()]));

const pageOf = ({ credentialId }: Pick<ManagedRole, 'credentialId'>): string => `${adminUiUrl}/${credentialId}`;
const bothLookAt = async (made: ManagedRole): Promise<void> => {
  for (const view of [ada, ben]) {
    await view.goto(pageOf(made));
    await view.getByRole('heading', { level: 1, name: made.address }).waitFor();
    await view.getByText('Live', { exact: true }).waitFor();
  }
};
const isFine = async (view: Page): Promise<void> => {
  await expectFine(view);
  await view.setViewportSize(WIDE);
};
const start = async ({ credentialId }: ManagedRole): Promise<number> => {
  await ada.getByRole('button', { name: 'Rotate', exact: true }).click();
  await ada.getByRole('button', { name: 'Start rotation' }).click();
  await expect.poll(async () => (await readCredential(credentialId)).openEpoch, { timeout: 20_000 }).not.toBeNull();
  return (await readCredential(credentialId)).openEpoch ?? 0;
};
const runOf = (view: Page, epoch: number): Locator => view.getByRole('region', { name: `Rotation ${epoch}`, exact: true });
const isDone = (view: Page, epoch: number, step: string): Promise<void> =>
  runOf(view, epoch).locator('li[data-status="done"]', { hasText: step }).waitFor();
const isHeld = (view: Page, epoch: number): Promise<void> => runOf(view, epoch).getByText('held', { exact: true }).waitFor();
const approval = (view: Page): Locator => view.getByRole('region', { name: 'Waits for another person' });

/** An instance holds it and logs in with it, and never gets over to another value. */
const holdUp = async (made: ManagedRole): Promise<Laggard> => {
  const laggard = await startLaggard(made.address, { user: made.role, password: made.password });
  laggards.push(laggard);
  return laggard;
};

describe('a rotation that another person must approve', () => {
  let made: ManagedRole;

  it('waits, and is not approved by whoever asked for it', async () => {
    made = await makeManagedRole({ approvals: 1 });
    await bothLookAt(made);
    const epoch = await start(made);
    await approval(ada).getByText('You asked for it, so somebody else has to decide.').waitFor();
    expect(await approval(ada).getByRole('button').count()).toBe(0);
    expect(await runOf(ada, epoch).locator('li[data-status="done"]', { hasText: 'Staged' }).count()).toBe(0);
    await isFine(ada);
  });

  it('goes on once a second person approved it, which both see', async () => {
    await approval(ben).getByRole('button', { name: 'Approve' }).waitFor();
    await isFine(ben);
    await approval(ben).getByLabel('Note').fill('agreed on the phone');
    await approval(ben).getByRole('button', { name: 'Approve' }).click();
    await isDone(ben, 1, 'Completed');
    await isDone(ada, 1, 'Completed');
    expect(await approval(ada).count()).toBe(0);
    const given = await ask(`${rotationsPath(made.credentialId)}/1`);
    expect(given.json).toMatchObject({ approvals: { given: [{ by: { name: 'Ben Admin' }, note: 'agreed on the phone' }] } });
  });

  it('ends where the second person says no, for a reason that both read', async () => {
    const epoch = await start(made);
    await approval(ben).getByRole('button', { name: 'Reject' }).click();
    const box = ben.getByRole('dialog', { name: 'Reject it?' });
    await box.getByRole('button', { name: 'Reject it' }).click();
    await box.getByText('Say why, in a few words.').waitFor();
    await isFine(ben);
    await box.getByLabel('Why').fill('not while the sale goes on');
    await box.getByRole('button', { name: 'Reject it' }).click();
    for (const view of [ada, ben])
      await runOf(view, epoch).getByTestId('rotation-sentence').getByText('not while the sale goes on').waitFor();
    expect((await readCredential(made.credentialId)).openEpoch).toBeNull();
    expect(await logsIn(`${made.role}_kt1`, made.password)).toBe(false);
  });
});

describe('a dry run', () => {
  const look = async (address: string): Promise<Locator> => {
    await ada.getByRole('button', { name: 'Rotate', exact: true }).click();
    await ada.getByRole('button', { name: 'What would happen?' }).click();
    return ada.getByRole('dialog', { name: `A rotation of ${address}` });
  };

  it('says what a rotation would do and whom it would ask, and does nothing', async () => {
    await untilSteady(ordersId);
    await ada.goto(pageOf({ credentialId: ordersId }));
    const before = await readCredential(ordersId);
    const dialog = await look(workload.address);
    await dialog.getByText('It can begin').waitFor();
    expect(await dialog.getByRole('region', { name: 'Its steps' }).getByRole('listitem').count()).toBe(9);
    await dialog.getByRole('table', { name: 'Who is asked' }).getByText('orders/one').waitFor();
    expect(await dialog.getByRole('region', { name: 'What blocks it' }).count()).toBe(0);
    await isFine(ada);
    await ada.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await readCredential(ordersId)).toEqual(before);
  });

  it('shows what the issuer lacks at the server, with the statement to copy; once that was run, another look frees it', async () => {
    const made = await makeManagedRole({});
    const { address } = await readCredential((await readCredential(made.credentialId)).issuer ?? '');
    await revokeFromIssuer(made);
    await ada.goto(pageOf(made));
    const dialog = await look(made.address);
    const issuer = dialog.getByRole('region', { name: 'Who makes the next value' });
    await issuer.getByText(address, { exact: false }).waitFor();
    await issuer.getByRole('button', { name: 'Test now' }).click();
    const blockers = dialog.getByRole('region', { name: 'What blocks it' });
    const statement = await blockers.locator('code').innerText();
    expect(statement).toMatch(new RegExp(`^GRANT "${made.role}" TO ".+" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;$`, 'u'));
    await blockers.getByRole('button', { name: `Copy ${statement}` }).waitFor();
    await isFine(ada);
    await inOrders(statement);
    await issuer.getByRole('button', { name: 'Test now' }).click();
    await dialog.getByText('It can begin').waitFor();
    await ada.keyboard.press('Escape');
    await ada.getByRole('tab', { name: 'Tests' }).click();
    await ada.getByRole('table', { name: 'Tests' }).getByText('Nothing was found missing at its issuer.').waitFor();
    await isFine(ada);
  });

  it('names what blocks one, and who would have to approve', async () => {
    const made = await makeManagedRole({ approvals: 1 });
    await ada.goto(pageOf(made));
    const asked = await look(made.address);
    await asked.getByText('Another person than Ada Admin must approve it', { exact: false }).first().waitFor();
    await ada.keyboard.press('Escape');
    const body = { enabled: false, reason: 'a leak' };
    expect(await ask(credentialPath(made.credentialId), { method: 'PATCH', body })).toMatchObject({ status: 200 });
    const dialog = await look(made.address);
    await dialog.getByText('It can’t begin').waitFor();
    await dialog.getByRole('region', { name: 'What blocks it' }).getByText('The credential is disabled: a leak.').waitFor();
    await isFine(ada);
    await ada.keyboard.press('Escape');
  });
});

describe('a rotation that a consumer holds up', () => {
  it('is given more time for a reason, and is held no more', async () => {
    const made = await makeManagedRole({ deadlineMs: 1_500 });
    const laggard = await holdUp(made);
    await bothLookAt(made);
    const epoch = await start(made);
    await isHeld(ada, epoch);
    await ada.getByRole('button', { name: 'Extend' }).click();
    const box = ada.getByRole('dialog', { name: 'Give it more time?' });
    await box.getByRole('button', { name: 'Extend it' }).click();
    await box.getByText('Say why, in a few words.').waitFor();
    await isFine(ada);
    await box.getByLabel('By', { exact: true }).fill('2');
    await box.getByLabel('Why').fill('the deploy is late');
    await box.getByRole('button', { name: 'Extend it' }).click();
    await runOf(ada, epoch).getByText('held', { exact: true }).waitFor({ state: 'detached' });
    await runOf(ada, epoch)
      .getByText(/^Deadline: /u)
      .waitFor();
    const { deadlineAt } = (await ask(`${rotationsPath(made.credentialId)}/${epoch}`)).json as { deadlineAt: string };
    expect(Date.parse(deadlineAt) - Date.now()).toBeGreaterThan(110 * 60_000);
    await laggard.close();
    await isDone(ada, epoch, 'Completed');
  });

  it('is forced for a reason, by two admins who signed in recently, and says whom that cuts off', async () => {
    const made = await makeManagedRole({ approvals: 1, deadlineMs: 1_500 });
    const laggard = await holdUp(made);
    const { epoch } = await admin().rotate(made.credentialId);
    const token = endpoints.tokens.operator;
    const path = `${rotationsPath(made.credentialId)}/${epoch}/approve`;
    expect(await ask(path, { method: 'POST', token, body: {} })).toMatchObject({ status: 200 });
    await bothLookAt(made);
    await isHeld(ada, epoch);
    await ada.getByRole('button', { name: 'Force' }).click();
    const box = ada.getByRole('dialog', { name: 'Revoke version 1 without the proof?' });
    await box.getByRole('button', { name: 'Revoke it now' }).click();
    await box.getByText('Say why, in a few words.').waitFor();
    await isFine(ada);
    await box.getByLabel('Why').fill('that host was switched off');
    await box.getByRole('button', { name: 'Revoke it now' }).click();

    const title = { name: 'Ada Admin wants to force it' };
    await ada.getByRole('region', title).getByText('You asked for it', { exact: false }).waitFor();
    const asked = ben.getByRole('region', title);
    await asked.getByText(`Would be cut off: ${laggard.name}`).waitFor();
    await asked.getByRole('button', { name: 'Approve' }).click();
    await asked.getByRole('alert').getByText('Sign in again first').waitFor();
    await isFine(ben);
    await asked.getByRole('link', { name: 'Sign in again' }).click();
    await chooseAccount(ben, 'admin2');
    await ben.waitForURL(pageOf(made));
    await asked.getByRole('button', { name: 'Approve' }).click();

    await isDone(ada, epoch, 'Completed');
    await runOf(ada, epoch).getByText('Forced by Ada Admin: that host was switched off, approved by Ben Admin').waitFor();
    await runOf(ada, epoch).getByText(`Cut off: ${laggard.name}`).waitFor();
    await runOf(ada, epoch)
      .getByText(/^Ended 1 session of decided_/u)
      .waitFor();
    expect(laggard.cutOff()).toBe('57P01');
    expect(await logsIn(made.role, made.password)).toBe(false);
  });
});

describe('a credential’s policy', () => {
  it('is changed by an admin, setting by setting, for a reason', async () => {
    const made = await makeManagedRole({});
    await ada.goto(`${pageOf(made)}?tab=policy`);
    await ada.getByRole('button', { name: 'Change the policy' }).click();
    const dialog = ada.getByRole('dialog', { name: 'Change the policy' });
    await dialog.getByLabel('Unused for', { exact: true }).fill('9999');
    await dialog.getByLabel('Unit of: Unused for').selectOption('days');
    await dialog.getByRole('button', { name: 'Save the policy' }).click();
    await dialog.getByText('This is too short, or too long.').waitFor();
    await dialog.getByText('Say why', { exact: false }).waitFor();
    await isFine(ada);
    await dialog.getByLabel('Unused for', { exact: true }).fill('2');
    await dialog.getByLabel('Unit of: Unused for').selectOption('hours');
    await dialog.getByLabel('Other persons who must approve').selectOption('one');
    await dialog.getByLabel('At the deadline').selectOption('escalate');
    await dialog.getByLabel('Reason').fill('two pairs of eyes');
    await dialog.getByRole('button', { name: 'Save the policy' }).click();
    await dialog.waitFor({ state: 'detached' });
    await ada.getByRole('tabpanel').getByText('2 hours').waitFor();
    const { policy } = await readCredential(made.credentialId);
    expect(policy).toMatchObject({ graceMs: 7_200_000, approvals: 1, onDeadline: 'escalate', soakMs: 200 });
  });

  it('asks for a recent sign-in where fewer persons would have to approve', async () => {
    const made = await makeManagedRole({ approvals: 1 });
    await bens.context.clearCookies();
    await signInLongAgo(ben, `${pageOf(made)}?tab=policy`, 'admin2');
    await ben.getByRole('button', { name: 'Change the policy' }).click();
    const dialog = ben.getByRole('dialog', { name: 'Change the policy' });
    await dialog.getByLabel('Other persons who must approve').selectOption('nobody');
    await dialog.getByLabel('Reason').fill('it is in the way');
    await dialog.getByRole('button', { name: 'Save the policy' }).click();
    await dialog.getByRole('alert').getByText('Sign in again first').waitFor();
    expect((await readCredential(made.credentialId)).policy.approvals).toBe(1);
  });
});
