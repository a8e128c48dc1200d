import type { KoaContextWithOIDC } from 'oidc-provider';
import { escapeHtml, plainPage } from './login-page.ts';

// The pages of the device flow (RFC 8628): somebody on a command line was told to open them. `form` is the library's own, without its button.

/** Where a code is typed that didn't come with the address. */
export const codePage = (ctx: KoaContextWithOIDC, form: string, _out?: unknown, fault?: unknown): void => {
  const problem = fault === undefined ? '' : '<p class="problem" role="alert">This code is not known, or it was used already.</p>';
  const button = '<button type="submit" class="primary" form="op.deviceInputForm">Go on</button>';
  ctx.body = plainPage('Enter the code', `${problem}<p>Your command line shows it.</p>${form}${button}`);
};

/** Where it is compared, so that nobody signs somebody else in. */
export const confirmPage = (ctx: KoaContextWithOIDC, form: string, _client: unknown, _device: unknown, userCode: string): void => {
  const buttons = [
    '<button type="submit" class="primary" form="op.deviceConfirmForm">Confirm</button>',
    '<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes">No, this is not mine</button>',
  ];
  ctx.body = plainPage(
    'Confirm the code',
    `<p>Does your command line show <strong>${escapeHtml(userCode)}</strong>?</p>${form}${buttons.join('')}`,
  );
};

export const deviceDonePage = (ctx: KoaContextWithOIDC): void => {
  ctx.body = plainPage('You are signed in', '<p>Go back to your command line; this page can be closed.</p>');
};
