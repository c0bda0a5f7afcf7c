import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import type { Person } from '@/api/types';
import type { ToneName } from '@/theme/theme';

const TONES: ToneName[] = ['green', 'blue', 'violet', 'grey'];

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

interface AvatarProps {
  person: Person;
  size?: number;
  /** Where the picture is, for people who have one. */
  picture?: string;
}

export function PersonAvatar({ person, size = 22, picture }: AvatarProps) {
  if (picture) {
    return (
      <Box
        component="img"
        src={picture}
        alt=""
        sx={{ width: size, height: size, borderRadius: '50%', objectFit: 'cover', flexShrink: 0 }}
      />
    );
  }
  const tone = TONES[person.user_id % TONES.length] ?? 'grey';
  return (
    <Box
      component="span"
      aria-hidden
      // Drawn, not written: it is no part of what a button around it says.
      data-initials={initials(person.full_name)}
      sx={{
        '&::before': { content: 'attr(data-initials)' },
        width: size,
        height: size,
        borderRadius: '50%',
        display: 'inline-grid',
        placeItems: 'center',
        flexShrink: 0,
        fontSize: Math.max(9, size * 0.42),
        fontWeight: 650,
        letterSpacing: 0,
        lineHeight: 1,
        color: `tone.${tone}.fg`,
        bgcolor: `tone.${tone}.bg`,
        userSelect: 'none',
      }}
    />
  );
}

export function PersonLabel({ person, size, suffix }: { person: Person; size?: number; suffix?: ReactNode }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.875, minWidth: 0 }}>
      <PersonAvatar person={person} size={size} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {person.full_name}
      </Box>
      {suffix}
    </Box>
  );
}
