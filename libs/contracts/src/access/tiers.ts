/** Who may bring keys of their own, by what they have subscribed to. */
export const BYOK_TIERS = ['starter', 'professional', 'enterprise'] as const;

export const mayBringKeys = (tier: string | undefined): boolean => BYOK_TIERS.some((known) => known === tier);
