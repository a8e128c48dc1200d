import { Fragment } from 'react';

/** An address that breaks after its dots, never inside a word while there is another way. */
export const AddressText = ({ address }: { readonly address: string }) =>
  address.split('.').map((token, index) => (
    <Fragment key={`${index}/${token}`}>
      {index > 0 && (
        <>
          .<wbr />
        </>
      )}
      {token}
    </Fragment>
  ));
