/** What the identity is bound to when it is wrapped. */
export const IDENTITY_CONTEXT = { purpose: 'vault identity' } as const;
/** What a sealing key is bound to when it is wrapped. */
export const sealingKeyContext = (keyId: string) => ({ purpose: 'sealing key', keyId });
