import { useEffect, useState } from 'react';

interface Made {
  blob: Blob;
  type: string | undefined;
  address: string;
}

/** An address for what is in memory, as long as it is shown. `type` is what the browser takes it for. */
export function useAddress(blob: Blob | undefined, type?: string): string | null {
  const [made, setMade] = useState<Made | null>(null);
  useEffect(() => {
    if (!blob) return;
    const address = URL.createObjectURL(type ? blob.slice(0, blob.size, type) : blob);
    setMade({ blob, type, address });
    return () => URL.revokeObjectURL(address);
  }, [blob, type]);
  // Until the effect has run, the address is still that of what was shown before.
  return made && made.blob === blob && made.type === type ? made.address : null;
}
