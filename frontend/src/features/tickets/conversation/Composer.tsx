import '@/i18n/ticket';
import { Alert, Box, Button, IconButton, InputBase, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileKindsQuery } from '@/api/comments';
import type { Visibility } from '@/api/types';
import { Grow } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { Tooltip } from '@/components/ui/Tooltip';
import { ttsRoles, useUser } from '@/context/SessionContext';
import { IconAt, IconLock, IconPaperclip, IconSend, IconUsers, IconX } from '@/lib/icons';
import { formatBytes } from '@/lib/time';
import { checkFiles } from './checkFiles';
import { MentionList } from './MentionList';
import { useDraft } from './useDraft';
import { useMentions } from './useMentions';

interface Props {
  ticketNumber: string;
  place: string;
  label: string;
  parentVisibility?: Visibility;
  autoFocus?: boolean;
  inputId?: string;
  onSend: (input: { text: string; visibility: Visibility; mentions: number[]; files: File[] }) => void;
  onTyping: () => void;
  onCancel?: () => void;
}

const MAX_LENGTH = 10_000;

/** Without empty lines before and space behind; the first line keeps its indentation. */
export function withoutBlankEnds(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

export function Composer({
  ticketNumber,
  place,
  label,
  parentVisibility,
  autoFocus,
  inputId,
  onSend,
  onTyping,
  onCancel,
}: Props) {
  const { t } = useTranslation();
  const [draft, change] = useDraft(place);
  const { text } = draft;
  const setText = (next: string) => change({ text: next });
  const user = useUser();
  const agent = ttsRoles(user).some((role) => role !== 'User');
  // What leaves the team is chosen on purpose; the default stays inside.
  const chosen = draft.visibility ?? (agent ? 'internal' : 'public');
  const [files, setFiles] = useState<File[]>([]);
  const [refusal, setRefusal] = useState<string[]>([]);
  const queryClient = useQueryClient();
  const fileRef = useRef<HTMLInputElement>(null);
  const boxRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLTextAreaElement>(null);
  const people = useMentions(
    ticketNumber,
    text,
    setText,
    draft.picked,
    (picked) => change({ picked }),
    inputRef,
  );
  // A reply is as visible as what it answers.
  const visibility = parentVisibility ?? chosen;
  const isTooLong = text.length > MAX_LENGTH;
  const isPublic = visibility === 'public' && agent;
  const ready = text.trim().length > 0 && !isTooLong;

  const send = () => {
    if (!ready) return;
    onSend({ text: withoutBlankEnds(text), visibility, mentions: people.mentions(), files });
    change({ text: '', visibility: null, picked: {} });
    setFiles([]);
    setRefusal([]);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (people.onKeyDown(event)) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && onCancel) onCancel();
  };

  const addFiles = async (list: FileList | null) => {
    // The list empties with the field it comes from.
    const all = [...(list ?? [])];
    if (fileRef.current) fileRef.current.value = '';
    if (all.length === 0) return;
    try {
      const kinds = await queryClient.fetchQuery(fileKindsQuery());
      const { taken, refused } = checkFiles(all, files.length, kinds);
      setFiles((known) => [...known, ...taken]);
      setRefusal(
        refused.map(({ file, fault }) =>
          t(`conversation.${fault}`, {
            name: file.name,
            limit: fault === 'tooMany' ? kinds.max_files : formatBytes(kinds.max_bytes),
          }),
        ),
      );
    } catch (error) {
      setRefusal([problemText(error, t)]);
    }
  };

  return (
    <Box
      ref={boxRef}
      sx={{
        border: 1,
        borderColor: isPublic ? 'tone.blue.solid' : 'divider',
        borderRadius: 2,
        bgcolor: 'background.paper',
        '&:focus-within': { borderColor: isPublic ? 'tone.blue.solid' : 'primary.main' },
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void addFiles(event.dataTransfer.files);
      }}
    >
      <InputBase
        id={inputId}
        multiline
        fullWidth
        autoFocus={autoFocus}
        minRows={parentVisibility ? 1 : 2}
        maxRows={12}
        value={text}
        placeholder={isPublic && !parentVisibility ? t('conversation.placeholderPublic') : label}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value) onTyping();
        }}
        onKeyDown={onKeyDown}
        onSelect={people.follow}
        inputRef={inputRef}
        inputProps={{ 'aria-label': label, dir: 'auto', ...people.inputProps }}
        sx={{ px: 1.5, pt: 1.25, fontSize: '0.875rem', lineHeight: 1.55 }}
      />
      {people.isOpen && (
        <MentionList
          id={people.id}
          anchor={boxRef.current}
          people={people.found}
          active={people.current}
          onChoose={people.choose}
        />
      )}
      {isTooLong && (
        <Alert
          severity="warning"
          action={
            <Button
              color="inherit"
              onClick={() => {
                setFiles((known) => [...known, new File([text], 'comment.txt', { type: 'text/plain' })]);
                setText('');
              }}
            >
              {t('conversation.asFile')}
            </Button>
          }
        >
          {t('conversation.tooLong', { count: text.length, limit: MAX_LENGTH })}
        </Alert>
      )}
      {(files.length > 0 || refusal.length > 0) && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, px: 1.5, pt: 0.5 }}>
          {files.map((file) => (
            <Box
              key={`${file.name}-${file.size}-${file.lastModified}`}
              sx={{
                display: 'inline-flex',
                alignItems: 'center',
                gap: 0.5,
                pl: 1,
                fontSize: '0.75rem',
                bgcolor: 'surface.hover',
                borderRadius: 1,
              }}
            >
              {file.name} · {formatBytes(file.size)}
              <IconButton
                aria-label={t('conversation.removeFile', { name: file.name })}
                onClick={() => setFiles((known) => known.filter((each) => each !== file))}
                sx={{ minWidth: 24, minHeight: 24 }}
              >
                <IconX size={13} />
              </IconButton>
            </Box>
          ))}
          {refusal.length > 0 && (
            <Box role="alert" sx={{ fontSize: '0.75rem', color: 'error.main' }}>
              {refusal.map((each) => (
                <div key={each}>{each}</div>
              ))}
            </Box>
          )}
        </Box>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, p: 0.875 }}>
        {!parentVisibility && agent && (
          <ToggleButtonGroup
            exclusive
            size="small"
            value={chosen}
            onChange={(_event, next: Visibility | null) => next && change({ visibility: next })}
            aria-label={t('conversation.visibility')}
            sx={{
              '& .MuiToggleButton-root': {
                py: 0,
                px: 1,
                height: 28,
                gap: 0.625,
                fontSize: '0.75rem',
                textTransform: 'none',
                borderColor: 'divider',
              },
            }}
          >
            <ToggleButton value="internal">
              <IconLock size={14} aria-hidden />
              {t('conversation.internal')}
            </ToggleButton>
            <ToggleButton value="public">
              <IconUsers size={14} aria-hidden />
              {t('conversation.public')}
            </ToggleButton>
          </ToggleButtonGroup>
        )}
        <input
          ref={fileRef}
          type="file"
          multiple
          hidden
          onChange={(event) => void addFiles(event.target.files)}
          data-testid="file-input"
        />
        <Tooltip title={t('conversation.attach')}>
          <IconButton aria-label={t('conversation.attach')} onClick={() => fileRef.current?.click()}>
            <IconPaperclip size={16} />
          </IconButton>
        </Tooltip>
        <Tooltip title={t('conversation.mention')}>
          <IconButton
            aria-label={t('conversation.mention')}
            onClick={() => {
              setText(text === '' || /\s$/.test(text) ? `${text}@` : `${text} @`);
              inputRef.current?.focus();
            }}
          >
            <IconAt size={16} />
          </IconButton>
        </Tooltip>
        <Grow />
        {onCancel && (
          <Button variant="text" color="inherit" onClick={onCancel}>
            {t('action.cancel')}
          </Button>
        )}
        <Tooltip title={t('conversation.sendHint')}>
          <span>
            <Button variant="contained" disabled={!ready} onClick={send} endIcon={<IconSend size={15} />}>
              {t(
                parentVisibility
                  ? 'conversation.reply'
                  : isPublic
                    ? 'conversation.sendPublic'
                    : 'conversation.send',
              )}
            </Button>
          </span>
        </Tooltip>
      </Box>
    </Box>
  );
}
