/** Keys that the simulated Stripe takes, for a rotation from the first to the second. `POST /stripe/expire` at the stack's control ends the first. */
export const STRIPE_KEYS = ['sk_test_ofTheFirst0123456789abcd', 'sk_test_ofTheSecond0123456789abc'] as const;
