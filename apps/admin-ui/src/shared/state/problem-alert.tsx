import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { problemMessage } from '../api/problem-message.ts';

/** A "no" beside the button that asked. */
export const ProblemAlert = ({ error }: { readonly error: unknown }) => {
  const { title, detail, reference, fields } = problemMessage(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      {detail}
      {fields.length > 0 && (
        <ul>
          {fields.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {reference !== null && <div className="kt-mono kt-dim">{reference}</div>}
    </Alert>
  );
};
