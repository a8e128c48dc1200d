/** Keys that the simulated Stripe takes, for a rotation from the first to the second. `POST /stripe/expire` at the stack's control ends the first. */
export const STRIPE_KEYS = ['sk_test_ofTheFirst0123456789abcd', 'sk_test_ofTheSecond0123456789abc'] as const;
/** The same for a rotation on the page; ended by `POST /stripe/expire-on-page`. */
export const STRIPE_PAGE_KEYS = ['sk_test_ofTheThird0123456789abcd', 'sk_test_ofTheFourth0123456789abc'] as const;
