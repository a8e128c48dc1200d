import { Link } from '@tanstack/react-router';
import { AddressText } from '../../shared/state/address-text.tsx';

type Props = { readonly credentialId: string | null; readonly address: string | null };

/** A credential by its address, and the way to it; a dash where an entry is about none. */
export const CredentialLink = ({ credentialId, address }: Props) => {
  if (credentialId === null) return <span className="kt-dim">{address ?? '–'}</span>;
  return (
    <Link to="/admin/system/credentials/$credentialId" params={{ credentialId }} className="kt-link">
      <AddressText address={address ?? `…${credentialId.slice(-8)}`} />
    </Link>
  );
};
