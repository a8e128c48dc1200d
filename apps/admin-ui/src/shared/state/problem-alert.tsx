import { IconAlertTriangle } from '@tabler/icons-react';
import { problemMessage } from '../api/problem-message.ts';
import { SignInAgain } from './sign-in-again.tsx';
import { Notice } from './notice.tsx';

/** A "no" beside the button that asked. */
export const ProblemAlert = ({ error }: { readonly error: unknown }) => {
  const { title, detail, reference, fields } = problemMessage(error);
  return (
    <Notice tone="bad" role="alert" icon={<IconAlertTriangle size={18} />} title={title}>
      {detail} <SignInAgain error={error} />
      {fields.length > 0 && (
        <ul>
          {fields.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {reference !== null && <div className="kt-mono">{reference}</div>}
    </Notice>
  );
};
