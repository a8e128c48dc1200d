export { findChromium, type FindChromiumOptions } from './find-chromium.ts';
export { launchChromium, type Chromium } from './launch-chromium.ts';
export { signInAs } from './sign-in.ts';
