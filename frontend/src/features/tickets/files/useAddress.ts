import { useEffect, useState } from 'react';

/** An address for what is in memory, as long as it is shown. `type` is what the browser takes it for. */
export function useAddress(blob: Blob | undefined, type?: string): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    setAddress(null);
    if (!blob) return;
    const made = URL.createObjectURL(type ? blob.slice(0, blob.size, type) : blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  return address;
}
