import '@/i18n/ticket';
import { Box, Paper, Popper } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Participant } from '@/api/comments';
import { Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';

interface Props {
  id: string;
  anchor: HTMLElement | null;
  people: Participant[];
  active: number;
  onChoose: (person: Participant) => void;
}

export const optionId = (id: string, person: Participant) => `${id}-${person.user_id}`;

/** Who can be mentioned; the focus stays in the text, the arrow keys walk here. */
export function MentionList({ id, anchor, people, active, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Popper open anchorEl={anchor} placement="top-start" sx={{ zIndex: 'modal' }}>
      <Paper
        sx={{
          mb: 0.5,
          minWidth: 240,
          border: 1,
          borderColor: 'divider',
          bgcolor: 'surface.raised',
          boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
          p: 0.5,
        }}
      >
        {people.length === 0 ? (
          <Box sx={{ px: 1, py: 0.75, fontSize: '0.8125rem', color: 'text.secondary' }}>
            {t('conversation.mentionNobody')}
          </Box>
        ) : (
          <Box
            component="ul"
            role="listbox"
            id={id}
            aria-label={t('conversation.mentionList')}
            sx={{ m: 0, p: 0 }}
          >
            {people.map((person, index) => (
              <Box
                component="li"
                key={person.user_id}
                id={optionId(id, person)}
                role="option"
                aria-selected={index === active}
                // Before the text loses the focus.
                onMouseDown={(event) => {
                  event.preventDefault();
                  onChoose(person);
                }}
                sx={{
                  listStyle: 'none',
                  display: 'flex',
                  alignItems: 'center',
                  gap: 1,
                  px: 1,
                  minHeight: 32,
                  borderRadius: 1,
                  fontSize: '0.8125rem',
                  cursor: 'pointer',
                  bgcolor: index === active ? 'surface.selected' : 'transparent',
                  '&:hover': { bgcolor: 'surface.hover' },
                }}
              >
                <PersonAvatar person={person} size={20} />
                {person.full_name}
                <Text component="span" variant="hint">
                  {t(`conversation.relation.${person.relation}`)} · #{person.user_id}
                </Text>
              </Box>
            ))}
          </Box>
        )}
      </Paper>
    </Popper>
  );
}
