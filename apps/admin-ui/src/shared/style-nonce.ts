/** The nonce that the gateway put into the page, without which the browser takes no style that is made at run time. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** Dialogs lock the page's scrolling with a style of their own; the library that makes it looks for the nonce under this name. */
export const shareStyleNonce = (): void => {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
};
