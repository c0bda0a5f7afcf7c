import { Box, Dialog, InputBase } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { taskListQuery } from '@/api/tasks';
import { Kbd } from '@/components/ui/Kbd';
import type { Command } from '@/lib/commands';
import { IconArrowRight, IconBolt, IconSearch, IconTicket } from '@/lib/icons';

export interface CommandPaletteProps {
  open: boolean;
  onClose: () => void;
  commands: Command[];
}

interface Entry {
  id: string;
  group: string;
  label: string;
  hint?: string;
  keys?: string;
  icon: typeof IconBolt;
  run: () => void;
}

export function CommandPaletteDialog(props: CommandPaletteProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      fullWidth
      maxWidth="sm"
      transitionDuration={80}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
      slotProps={{ paper: { sx: { mt: { xs: 2, sm: '12vh' }, overflow: 'hidden' } } }}
      aria-label={t('palette.title')}
    >
      <PaletteBody {...props} />
    </Dialog>
  );
}

function PaletteBody({ onClose, commands }: CommandPaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const needle = useDeferredValue(text.trim());
  const tickets = useQuery({
    ...taskListQuery({ view: 'all', search: needle, page_size: 8 }),
    enabled: needle.length >= 2,
  });

  const entries = useMemo<Entry[]>(() => {
    const wanted = needle.toLowerCase().split(/\s+/).filter(Boolean);
    const matching: Entry[] = commands
      .filter((command) => wanted.every((word) => command.label.toLowerCase().includes(word)))
      .map((command) => ({
        id: command.id,
        group: t(`palette.group.${command.group}`),
        label: command.label,
        keys: command.keys,
        icon: command.group === 'go' ? IconArrowRight : IconBolt,
        run: command.run,
      }));
    const found: Entry[] =
      needle.length >= 2
        ? (tickets.data?.results ?? []).map((task) => ({
            id: `ticket-${task.id}`,
            group: t('palette.group.tickets'),
            label: task.subject,
            hint: task.ticket_number,
            icon: IconTicket,
            run: () => navigate(`/tickets/${task.ticket_number}`),
          }))
        : [];
    const order = ['ticket', 'go', 'app'].map((group) => t(`palette.group.${group as Command['group']}`));
    matching.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
    return [...matching, ...found];
  }, [commands, needle, tickets.data, navigate, t]);

  const current = Math.min(active, entries.length - 1);

  useEffect(() => {
    listRef.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };

  return (
    <Box>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1.25,
          px: 2,
          borderBottom: 1,
          borderColor: 'divider',
        }}
      >
        <IconSearch size={18} aria-hidden />
        <InputBase
          autoFocus
          fullWidth
          value={text}
          placeholder={t('palette.placeholder')}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setActive(Math.min(current + 1, entries.length - 1));
            else if (event.key === 'ArrowUp') setActive(Math.max(current - 1, 0));
            else if (event.key === 'Enter') choose(entries[current]);
            else return;
            event.preventDefault();
          }}
          inputProps={{
            role: 'combobox',
            'aria-expanded': true,
            'aria-controls': listId,
            'aria-label': t('palette.placeholder'),
            'aria-activedescendant': entries[current] ? `${listId}-${current}` : undefined,
            autoComplete: 'off',
          }}
          sx={{ height: 52, fontSize: '0.9375rem' }}
        />
        <Kbd>esc</Kbd>
      </Box>
      <Box
        ref={listRef}
        id={listId}
        role="listbox"
        aria-label={t('palette.title')}
        sx={{ maxHeight: 'min(52vh, 420px)', overflowY: 'auto', p: 0.75 }}
      >
        {entries.length === 0 && (
          <Box sx={{ p: 3, textAlign: 'center', color: 'text.secondary', fontSize: '0.8125rem' }}>
            {tickets.isFetching ? t('state.loading') : t('palette.nothing')}
          </Box>
        )}
        {entries.map((entry, index) => {
          const opensGroup = entry.group !== entries[index - 1]?.group;
          return (
            <Box key={entry.id} role="presentation">
              {opensGroup && (
                <Box
                  role="presentation"
                  sx={{
                    typography: 'overline',
                    color: 'text.secondary',
                    px: 1.25,
                    pt: index ? 1 : 0.5,
                    pb: 0.25,
                  }}
                >
                  {entry.group}
                </Box>
              )}
              <Box
                id={`${listId}-${index}`}
                data-index={index}
                role="option"
                aria-selected={index === current}
                tabIndex={-1}
                onMouseMove={() => setActive(index)}
                onClick={() => choose(entry)}
                onKeyDown={(event) => event.key === 'Enter' && choose(entry)}
                sx={{
                  display: 'flex',
                  alignItems: 'center',
                  gap: 1.25,
                  px: 1.25,
                  minHeight: 38,
                  borderRadius: 1.25,
                  cursor: 'pointer',
                  fontSize: '0.875rem',
                  bgcolor: index === current ? 'surface.selected' : 'transparent',
                  '& svg': { color: 'text.secondary', flexShrink: 0 },
                }}
              >
                <entry.icon size={16} aria-hidden />
                <Box sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                  {entry.label}
                </Box>
                {entry.hint && (
                  <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', whiteSpace: 'nowrap' }}>
                    {entry.hint}
                  </Box>
                )}
                {entry.keys?.split(' ').map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </Box>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
