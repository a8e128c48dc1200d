import { Navigate } from '@tanstack/react-router';
import { useIsReader } from '../../shared/api/use-is-reader.ts';

/** `/`: leads each person to the page that is theirs. */
export const HomePage = () => <Navigate to={useIsReader() ? '/admin/system/credentials' : '/account/api-keys'} replace />;
