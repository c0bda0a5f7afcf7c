import { Alert, AlertTitle, Box, Button } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DryRun, DryRunChoice, DryRunOffer } from '@/api/dryRun';
import { translated } from '@/api/problem';
import { List, Text } from '@/components/ui/layout';
import { SelectField } from '@/components/ui/SelectField';

interface Props {
  answer: DryRun;
  isBusy: boolean;
  onChoose: (choice: DryRunChoice) => void;
}

/** Which transitions may leave the step now and who performs them, or why none can. */
export function DryRunFork({ answer, isBusy, onChoose }: Props) {
  const { t } = useTranslation();
  if (answer.choices.length === 0 && !answer.stopped)
    return <Alert severity="success">{t('dryRun.fork.done')}</Alert>;
  return (
    <Box component="section" aria-label={t('dryRun.fork.title')}>
      {answer.stopped && (
        <Alert severity="warning" sx={{ mb: 1 }}>
          <AlertTitle sx={{ fontSize: '0.875rem' }}>{t('dryRun.fork.stopped')}</AlertTitle>
          {translated(answer.stopped)}
        </Alert>
      )}
      <Text variant="label" mb={0.75}>
        {t('dryRun.fork.title')}
      </Text>
      <List gap={0.75}>
        {answer.choices.map((offer) => (
          <Offer
            key={`${offer.transition.id}-${offer.by.map((each) => each.user_id).join()}`}
            offer={offer}
            isBusy={isBusy || answer.stopped !== null}
            onChoose={onChoose}
          />
        ))}
      </List>
    </Box>
  );
}

const COLOURS = { forward: 'primary', approve: 'primary', return: 'inherit', reject: 'error' } as const;

function Offer({
  offer,
  isBusy,
  onChoose,
}: {
  offer: DryRunOffer;
  isBusy: boolean;
  onChoose: (choice: DryRunChoice) => void;
}) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(String(offer.by[0]?.user_id ?? ''));
  const name = t('dryRun.fork.perform', { name: offer.transition.name, step: offer.to_step.name });
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        p: 1,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1.5,
      }}
    >
      <Button
        variant="outlined"
        color={COLOURS[offer.transition.outcome]}
        disabled={isBusy || offer.by.length === 0}
        onClick={() => onChoose({ transition: offer.transition.id, by: Number(chosen) })}
      >
        {name}
      </Button>
      {offer.by.length === 1 && (
        <Text variant="muted">{t('dryRun.fork.as', { name: offer.by[0]?.full_name })}</Text>
      )}
      {offer.by.length > 1 && (
        <Box sx={{ minWidth: 200 }}>
          <SelectField
            label={t('dryRun.fork.by')}
            value={chosen}
            onChange={setChosen}
            choices={offer.by.map((each) => ({ value: String(each.user_id), label: each.full_name }))}
          />
        </Box>
      )}
      {offer.refusal && <Text variant="muted">{translated(offer.refusal)}</Text>}
    </Box>
  );
}
