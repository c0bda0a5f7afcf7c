import { Box, Button } from '@mui/material';
import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenQuery, type Option, type Source } from '@/api/choices';
import { toProblem } from '@/api/problem';
import { loadCode } from '@/lib/loadCode';
import { Check } from './Check';
import { FilterButton } from './FilterButton';
import { Stack, Text } from './layout';
import { SearchField } from './SearchField';
import { useChoices } from './useChoices';

const Popover = lazy(() => loadCode(() => import('@mui/material/Popover')));

interface Props {
  label: string;
  source: Source;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** A filter with several values of a list that the server searches. What is chosen keeps its name wherever it is. */
export function PickFilter({ label, source, chosen, onChange }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const known = useQueries({ queries: chosen.map((value) => chosenQuery(source, value)) });
  const picked: Option[] = chosen.map((value, index) => known[index]?.data ?? { value, label: value });
  return (
    <>
      <FilterButton
        label={label}
        chosen={picked.map((option) => option.label)}
        isOpen={anchor !== null}
        opens="dialog"
        onOpen={setAnchor}
      />
      {anchor && (
        <Suspense fallback={null}>
          <Popover
            open
            anchorEl={anchor}
            onClose={() => setAnchor(null)}
            anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
            slotProps={{ paper: { role: 'dialog', 'aria-label': label, sx: { mt: 0.5, p: 1, width: 272 } } }}
          >
            <Choices label={label} source={source} picked={picked} onChange={onChange} />
          </Popover>
        </Suspense>
      )}
    </>
  );
}

interface ChoicesProps {
  label: string;
  source: Source;
  picked: Option[];
  onChange: (chosen: string[]) => void;
}

function Choices({ label, source, picked, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  // What was chosen when it opened stands first, and stays there while choosing.
  const [first] = useState(picked);
  const choices = useChoices(source, text, true);
  const chosen = picked.map((option) => option.value);
  const isFirst = new Set(text ? [] : first.map((option) => option.value));
  const options = [
    ...(text ? [] : first.map((option) => picked.find((each) => each.value === option.value) ?? option)),
    ...choices.options.filter((option) => !isFirst.has(option.value)),
  ];
  return (
    <Stack gap={1}>
      <SearchField value={text} label={t('choice.search', { what: label })} onChange={setText} />
      <Box role="group" aria-label={label} sx={{ maxHeight: 300, overflowY: 'auto', display: 'grid' }}>
        {options.map((option) => (
          <Check
            key={option.value}
            label={option.isGone ? t('choice.gone', { name: option.label }) : option.label}
            checked={chosen.includes(option.value)}
            onChange={(isChecked) =>
              onChange(
                isChecked ? [...chosen, option.value] : chosen.filter((value) => value !== option.value),
              )
            }
          />
        ))}
        {choices.error ? (
          <Text variant="muted" role="alert">
            {toProblem(choices.error).message || t('problem.server.hint')}
          </Text>
        ) : (
          choices.isSearching && <Text variant="muted">{t('state.loading')}</Text>
        )}
        {!choices.isSearching && !choices.error && options.length === 0 && (
          <Text variant="muted">{t('choice.none')}</Text>
        )}
        {choices.hasMore && (
          <Button variant="text" onClick={choices.more}>
            {t('choice.more', { count: choices.count - choices.options.length })}
          </Button>
        )}
      </Box>
      {chosen.length > 0 && (
        <Button variant="text" color="inherit" onClick={() => onChange([])}>
          {t('filter.clearOne')}
        </Button>
      )}
    </Stack>
  );
}
