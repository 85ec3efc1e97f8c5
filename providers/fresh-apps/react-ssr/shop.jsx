import { createContext, StrictMode, useContext } from 'react';

/** How flags are read: from the bulk evaluation of this request on the server, by the SDK's hooks in the browser. */
export const Flags = createContext(undefined);

function Checkout() {
  const { useFlag } = useContext(Flags);
  return <p id="checkout">{useFlag('fast-checkout', false) ? 'fast' : 'slow'}</p>;
}

export function Shop({ flags, children }) {
  return (
    <StrictMode>
      <Flags.Provider value={flags}>
        <Checkout />
        {children}
      </Flags.Provider>
    </StrictMode>
  );
}
