/** What the examples of the API's document are about. */
export const SAMPLE_CREDENTIAL_ID = '0198c2f4-7d1e-7c3a-9b52-4f0d6a1e8c33';
export const SAMPLE_KEY_ID = '0198c2f6-31aa-7d10-b6c1-5e2a7c9b1d44';
export const SAMPLE_ISSUER_ID = '0198c2f1-02b7-7a90-8e44-91c5d7f2a6b0';
export const SAMPLE_REQUEST_ID = '0198c30a-55c1-7e21-a7c4-2b9f3d8e6a10';
export const SAMPLE_ADDRESS = 'system.postgres.orders';
export const SAMPLE_PUBLIC_FIELDS = { host: 'db.internal', port: '5432', database: 'orders', username: 'orders' };
export const SAMPLE_TOKEN_ID = '0199d1c4-6f0e-7c3a-9b52-3f1f1f1f1f1f';
/** Of what counts no revisions: it follows from what it says. */
export const SAMPLE_REVISION = '3q2-7wFhXc9YkUe1m0pVJA';
