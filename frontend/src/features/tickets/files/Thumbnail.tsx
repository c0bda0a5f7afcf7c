import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { IconPhoto } from '@/lib/icons';
import { fileQuery, kindOf, type ShownFile } from './shownFile';
import { useTicketNumber } from './TicketFiles';
import { useAddress } from './useAddress';

/** The browser gets the whole picture; a larger one is fetched only when somebody opens it. */
const MAX_BYTES = 4 * 2 ** 20;

export const isThumbnailed = (file: ShownFile) => kindOf(file) === 'picture' && file.size <= MAX_BYTES;

/** A picture in small. It is fetched once it comes near the window. */
export function Thumbnail({ file }: { file: ShownFile }) {
  const ticketNumber = useTicketNumber();
  const boxRef = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!boxRef.current) return;
    if (!('IntersectionObserver' in window)) {
      setNear(true);
      return;
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: '300px' },
    );
    observer.observe(boxRef.current);
    return () => observer.disconnect();
  }, []);
  const picture = useQuery({ ...fileQuery(ticketNumber, file), enabled: isNear });
  const address = useAddress(picture.data);
  const [isBroken, setBroken] = useState(false);
  return (
    // Of one height before and after, so that nothing moves when it arrives.
    <Box
      ref={boxRef}
      sx={{
        height: 96,
        display: 'grid',
        placeItems: 'center',
        bgcolor: 'surface.hover',
        color: 'text.secondary',
        overflow: 'hidden',
      }}
    >
      {address && !isBroken ? (
        <Box
          component="img"
          src={address}
          alt=""
          decoding="async"
          onError={() => setBroken(true)}
          sx={{ width: '100%', height: 96, objectFit: 'cover', objectPosition: 'top' }}
        />
      ) : (
        <IconPhoto size={22} aria-hidden />
      )}
    </Box>
  );
}
