import '@/i18n/ticket';
import { IconButton } from '@mui/material';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Row, Text } from '@/components/ui/layout';
import { Tooltip } from '@/components/ui/Tooltip';
import { type Command, useOfferCommands } from '@/lib/commands';
import { IconChevronDown, IconChevronUp } from '@/lib/icons';
import type { useWalk } from './useWalk';

interface Props {
  walk: NonNullable<ReturnType<typeof useWalk>>;
}

/** Keys for walking, which work while the next ticket is still loading too. */
export function WalkKeys({ walk }: Props) {
  const { t } = useTranslation();
  const { go, back, label } = walk;
  const commands = useMemo<Command[]>(
    () => [
      { id: 'walk-next', group: 'ticket', label: t('walk.next'), keys: 'j', run: () => void go(1) },
      { id: 'walk-previous', group: 'ticket', label: t('walk.previous'), keys: 'k', run: () => void go(-1) },
      { id: 'walk-back', group: 'ticket', label: t('walk.back', { list: label }), keys: 'u', run: back },
    ],
    [t, go, back, label],
  );
  useOfferCommands(commands);
  return null;
}

/** Where in its list the ticket is, and the ways to its neighbours. */
export function Walk({ walk }: Props) {
  const { t } = useTranslation();
  const { go, hasNext, hasPrevious } = walk;
  return (
    <Row gap={0.25} align="center" nowrap>
      <Text variant="hint" component="span">
        {t('walk.position', { position: walk.position, count: walk.count })}
      </Text>
      <Tooltip title={t('action.withKey', { label: t('walk.previous'), key: 'k' })}>
        <IconButton aria-label={t('walk.previous')} disabled={!hasPrevious} onClick={() => void go(-1)}>
          <IconChevronUp size={16} />
        </IconButton>
      </Tooltip>
      <Tooltip title={t('action.withKey', { label: t('walk.next'), key: 'j' })}>
        <IconButton aria-label={t('walk.next')} disabled={!hasNext} onClick={() => void go(1)}>
          <IconChevronDown size={16} />
        </IconButton>
      </Tooltip>
    </Row>
  );
}
