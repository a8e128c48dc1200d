import { Anchor } from '@mantine/core';
import { strings } from '../../strings.ts';
import { ApiProblem } from '../api/api-problem.ts';

/** Where the sign-in was too long ago: the way to the provider, which asks again, and back to this page. */
export const SignInAgain = ({ error }: { readonly error: unknown }) =>
  error instanceof ApiProblem && error.problem.code === 'recent-login-required' ? (
    <Anchor href={`/auth/login?fresh=true&return_to=${encodeURIComponent(location.pathname + location.search)}`}>
      {strings.lifecycle.reveal.signInAgain}
    </Anchor>
  ) : null;
