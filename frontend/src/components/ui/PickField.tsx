import { Autocomplete, TextField } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenQuery, type Option, type Source } from '@/api/choices';
import { toProblem } from '@/api/problem';
import { IconChevronDown } from '@/lib/icons';
import { useChoices } from './useChoices';

interface Props {
  label: string;
  source: Source;
  value: string;
  onChange: (value: string, option: Option | null) => void;
  /** What the empty choice is called; without it the choice can't be taken back. */
  empty?: string;
  /** The name of what is chosen, where it is known: shown until the server has said more. */
  chosenName?: string;
  /** Values that are not offered. */
  exclude?: ReadonlySet<string>;
  hint?: string;
  error?: string;
  placeholder?: string;
  /** How something is shown that can't be chosen any more. */
  gone?: (name: string) => string;
  /** What is said where there is nothing to choose at all. */
  nothing?: string;
  disabled?: boolean;
  required?: boolean;
  /** The field that findings name. */
  name?: string;
}

const NEAR_END_PX = 80;

/** One of a list that the server searches and gives page by page. What is chosen is shown, however far down it is. */
export function PickField(props: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { source, value, empty, exclude, chosenName } = props;
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const choices = useChoices(source, text, isOpen);
  const chosen = useQuery({ ...chosenQuery(source, value), enabled: value !== '' });
  const none: Option | null = empty === undefined ? null : { value: '', label: empty };
  const current: Option | null =
    value === '' ? none : (chosen.data ?? { value, label: chosenName ?? (chosen.isError ? value : '…') });
  const found = choices.options.filter((option) => !exclude?.has(option.value));
  const isListed = !current || current.isGone || found.some((option) => option.value === current.value);
  const options = [
    ...(none && text === '' ? [none] : []),
    ...(current && current !== none && text === '' && !isListed ? [current] : []),
    ...found,
  ];
  const nothing = choices.error
    ? toProblem(choices.error).message || t('problem.server.hint')
    : text === ''
      ? (props.nothing ?? t('choice.none'))
      : t('choice.none');
  return (
    <Autocomplete<Option>
      size="small"
      fullWidth
      options={options}
      value={current}
      disabled={props.disabled}
      loading={choices.isSearching && !choices.error}
      loadingText={t('state.loading')}
      noOptionsText={nothing}
      filterOptions={(all) => all}
      getOptionKey={(option) => option.value}
      getOptionLabel={(option) =>
        option.isGone
          ? (props.gone?.(option.label) ?? t('choice.gone', { name: option.label }))
          : option.label
      }
      isOptionEqualToValue={(option, other) => option.value === other.value}
      popupIcon={<IconChevronDown size={15} />}
      clearText={t('choice.clear')}
      openText={t('choice.open')}
      closeText={t('choice.close')}
      onOpen={() => setOpen(true)}
      onClose={() => {
        setOpen(false);
        setText('');
      }}
      onInputChange={(_event, next, reason) => setText(reason === 'input' ? next : '')}
      onChange={(_event, option) => {
        if (option?.value) queryClient.setQueryData(chosenQuery(source, option.value).queryKey, option);
        props.onChange(option?.value ?? '', option);
      }}
      onHighlightChange={(_event, option) => {
        if (option && option.value === options.at(-1)?.value) choices.more();
      }}
      disableClearable={(empty === undefined || value === '') as false}
      slotProps={{
        listbox: {
          sx: { maxHeight: 320 },
          onScroll: ({ currentTarget: list }) => {
            if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX) choices.more();
          },
        },
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          label={props.label}
          placeholder={props.placeholder}
          required={props.required}
          error={Boolean(props.error)}
          helperText={props.error ?? props.hint}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, 'data-field': props.name },
          }}
        />
      )}
    />
  );
}
