export { fakeKeyturn, type FakeKeyturn, type Told } from './fake-keyturn.ts';
