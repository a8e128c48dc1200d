import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { temporalLogger } from '../src/adapters/temporal/temporal-logger.ts';
import { bundleWorkflows } from '../src/adapters/temporal/workflow-bundle.ts';

describe('the workflows', () => {
  it('bundle, with no `node:` import and nothing of an activity', async () => {
    const { code } = await bundleWorkflows(temporalLogger(silentLogger));
    expect(code).toContain('rotateCredential');
    expect(code).not.toContain('stageCandidate = async');
    expect(code).not.toMatch(/libs\/(?:contracts|kernel|providers)\/src/u); // the cached bundle's name wouldn't change with them
  }, 30_000);
});
