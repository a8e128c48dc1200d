export { rotateCredential } from './rotate-credential.ts';
