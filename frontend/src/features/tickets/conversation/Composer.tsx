import '@/i18n/ticket';
import { Box, Button, IconButton, InputBase } from '@mui/material';
import { type ClipboardEvent, type KeyboardEvent, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UploadedFile } from '@/api/comments';
import type { Visibility } from '@/api/types';
import { Grow } from '@/components/ui/layout';
import { Tooltip } from '@/components/ui/Tooltip';
import { isAgent, useUser } from '@/context/SessionContext';
import { IconAt, IconMessageBolt, IconPaperclip } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { useNow } from '@/lib/useNow';
import { ComposerFiles } from './ComposerFiles';
import { ComposerNotes } from './ComposerNotes';
import { DropHint } from './DropHint';
import { FormatBar } from './FormatBar';
import { formatByKey } from './formatting';
import { MentionList } from './MentionList';
import { pastedFiles } from './pastedFiles';
import { type Gap, gapsIn } from './placeholders';
import { SendButton } from './SendButton';
import { useCannedReplies } from './useCannedReplies';
import { type Draft, useDraft } from './useDraft';
import { useMentions } from './useMentions';
import { usePageFiles } from './usePageFiles';
import { useUploads } from './useUploads';
import { VisibilityChoice } from './VisibilityChoice';

const CannedReplyList = lazyPart(() => import('./CannedReplyList'), 'CannedReplyList');
const ConfirmDialog = lazyPart(() => import('@/components/ui/ConfirmDialog'), 'ConfirmDialog');

export interface Words {
  text: string;
  visibility: Visibility;
  mentions: number[];
  uploads: UploadedFile[];
}

/** Something to do with the ticket together with the words. */
export interface ComposerAct {
  id: string;
  label: string;
  /** The way forward, which has a key of its own. */
  isForward: boolean;
  /** True when it was done; otherwise the words stay. */
  run: (words: Words) => Promise<boolean>;
}

const NO_ACTS: ComposerAct[] = [];

interface Props {
  ticketNumber: string;
  place: string;
  label: string;
  parentVisibility?: Visibility;
  /** What stands there at first, where a comment is edited; it brings no files. */
  start?: Pick<Draft, 'text' | 'picked'>;
  submitLabel?: string;
  autoFocus?: boolean;
  inputId?: string;
  /** Files dropped or pasted anywhere on the page are attached here. */
  takesPageFiles?: boolean;
  isBusy?: boolean;
  acts?: ComposerAct[];
  onSend: (words: Words) => void;
  onTyping?: () => void;
  onCancel?: () => void;
}

const MAX_LENGTH = 10_000;

/** Without empty lines before and space behind; the first line keeps its indentation. */
export function withoutBlankEnds(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

const namesOf = (gaps: Gap[]) => [...new Set(gaps.map((gap) => gap.words))].join(' ');

export function Composer({
  ticketNumber,
  place,
  label,
  parentVisibility,
  start,
  submitLabel,
  autoFocus,
  inputId,
  takesPageFiles = false,
  isBusy: isSaving = false,
  acts = NO_ACTS,
  onSend,
  onTyping,
  onCancel,
}: Props) {
  const { t } = useTranslation();
  const { draft, change, forget } = useDraft(place, start);
  const { text } = draft;
  const setText = (next: string) => change({ text: next });
  const user = useUser();
  const agent = isAgent(user);
  // What leaves the team is chosen on purpose; the default stays inside.
  const chosen = draft.visibility ?? (agent ? 'internal' : 'public');
  const files = useUploads(ticketNumber, draft.uploads.length, (file) =>
    change((known) => ({ uploads: [...known.uploads, file] })),
  );
  const [isActing, setActing] = useState(false);
  const isBusy = isSaving || isActing;
  // It keeps the room that it took: shrinking under a click elsewhere, it would move what is clicked.
  const [isUsed, setUsed] = useState(false);
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
  const canned = useCannedReplies(ticketNumber, agent, text, setText, inputRef);
  const gaps = gapsIn(text);
  // Sending what still has placeholders is asked about first.
  const [unfilled, setUnfilled] = useState<ComposerAct | 'send' | null>(null);
  const now = useNow();
  const expired = new Set(
    draft.uploads.filter((file) => Date.parse(file.expires_at) < now).map((file) => file.id),
  );
  // A reply is as visible as what it answers.
  const visibility = parentVisibility ?? chosen;
  const isTooLong = text.length > MAX_LENGTH;
  const isPublic = visibility === 'public' && agent;
  const isChanged = start === undefined || text.trim() !== start.text;
  const takesFiles = start === undefined;
  const hasWords = text.trim() !== '';
  // Files may go without words. An act is always said in words.
  const hasFiles = takesFiles && (draft.uploads.length > 0 || files.isBusy);
  const isFree = isChanged && !isTooLong && !isBusy && !files.hasFailed && expired.size === 0;
  const ready = (hasWords || hasFiles) && isFree;
  // Sent while its files were on their way: it leaves with the last of them.
  const [queued, setQueued] = useState<ComposerAct | 'send' | null>(null);
  const refusalsSeen = useRef(files.refusals);

  const sendNow = async (what: ComposerAct | 'send') => {
    const words = {
      text: withoutBlankEnds(text),
      visibility,
      mentions: people.mentions(),
      uploads: draft.uploads,
    };
    files.clearRefusals();
    if (what !== 'send') {
      setActing(true);
      const isDone = await what.run(words);
      setActing(false);
      if (isDone) forget();
      return;
    }
    onSend(words);
    // An edit stays until it is saved; whoever asked for it closes it.
    if (start === undefined) forget();
  };
  const send = (what: ComposerAct | 'send' = 'send', isConfirmed = false) => {
    if (!ready || (what !== 'send' && !hasWords)) return;
    if (gaps.length > 0 && !isConfirmed) {
      setUnfilled(what);
      return;
    }
    refusalsSeen.current = files.refusals;
    if (files.isBusy) setQueued(what);
    else void sendNow(what);
  };
  useEffect(() => {
    if (!queued || files.isBusy) return;
    setQueued(null);
    // One of the files was refused meanwhile: whether the words go without it is for the author to say.
    const isRefused = files.refusals.length > 0 && files.refusals !== refusalsSeen.current;
    if (ready && !isRefused) void sendNow(queued);
  });

  const sendLabel =
    submitLabel ??
    t(parentVisibility ? 'conversation.reply' : isPublic ? 'conversation.sendPublic' : 'conversation.send');

  const onKeyDown = (event: KeyboardEvent) => {
    if (people.onKeyDown(event) || canned.onKeyDown(event) || formatByKey(event, setText)) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      const forward = acts.find((act) => act.isForward);
      if (!event.shiftKey) send();
      else if (forward) send(forward);
    } else if (event.key === 'Escape') {
      if (onCancel) onCancel();
      else inputRef.current?.blur();
    }
  };

  const follow = () => {
    people.follow();
    canned.follow();
  };

  const addFiles = (list: FileList | null) => {
    // The list empties with the field it comes from.
    const all = [...(list ?? [])];
    if (fileRef.current) fileRef.current.value = '';
    void files.add(all);
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = takesFiles ? pastedFiles(event.clipboardData, new Date()) : [];
    if (pasted.length === 0) return;
    event.preventDefault();
    void files.add(pasted);
  };
  const isDraggedOver = usePageFiles(takesPageFiles, (dropped) => {
    void files.add(dropped);
    inputRef.current?.focus();
  });

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
        // What this one cannot take, as in an edit, is the page's to take.
        if (!takesFiles) return;
        event.preventDefault();
        addFiles(event.dataTransfer.files);
      }}
    >
      {isDraggedOver && <DropHint />}
      {(isUsed || text !== '') && <FormatBar inputRef={inputRef} onWrite={setText} />}
      <InputBase
        id={inputId}
        multiline
        fullWidth
        autoFocus={autoFocus}
        minRows={!parentVisibility && (isUsed || text !== '') ? 3 : 1}
        maxRows={12}
        value={text}
        placeholder={isPublic && !parentVisibility ? t('conversation.placeholderPublic') : label}
        onChange={(event) => {
          setText(event.target.value);
          follow();
          setQueued(null);
          if (event.target.value) onTyping?.();
        }}
        onFocus={() => setUsed(true)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onSelect={follow}
        inputRef={inputRef}
        inputProps={{
          'aria-label': label,
          dir: 'auto',
          'aria-autocomplete': 'list',
          'aria-haspopup': 'listbox',
          ...(canned.isOpen ? canned.inputProps : people.inputProps),
        }}
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
      {canned.isOpen && (
        <Suspense fallback={null}>
          <CannedReplyList menu={canned} anchor={boxRef.current} />
        </Suspense>
      )}
      <ComposerNotes
        gaps={namesOf(gaps)}
        onGoToGap={() => canned.goToGap()}
        length={text.length}
        maxLength={MAX_LENGTH}
        onAsFile={async () => {
          const isTaken = await files.add([new File([text], 'comment.txt', { type: 'text/plain' })]);
          if (isTaken) setText('');
        }}
      />
      <ComposerFiles
        files={draft.uploads}
        expired={expired}
        uploads={files.uploads}
        refusals={files.refusals}
        onRemove={(file) => {
          change((known) => ({ uploads: known.uploads.filter((each) => each.id !== file.id) }));
          files.remove(file);
        }}
        onDrop={files.drop}
        onRetry={files.retry}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, p: 0.875 }}>
        {!parentVisibility && agent && (
          <VisibilityChoice value={chosen} onChange={(next) => change({ visibility: next })} />
        )}
        {takesFiles && (
          <>
            <input
              ref={fileRef}
              type="file"
              multiple
              hidden
              onChange={(event) => addFiles(event.target.files)}
              data-testid="file-input"
            />
            <Tooltip title={t('conversation.attach')}>
              <IconButton aria-label={t('conversation.attach')} onClick={() => fileRef.current?.click()}>
                <IconPaperclip size={16} />
              </IconButton>
            </Tooltip>
          </>
        )}
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
        {agent && (
          <Tooltip title={t('action.withKey', { label: t('conversation.canned.insert'), key: '/' })}>
            <IconButton aria-label={t('conversation.canned.insert')} onClick={canned.open}>
              <IconMessageBolt size={16} />
            </IconButton>
          </Tooltip>
        )}
        <Grow />
        {onCancel && (
          <Button variant="text" color="inherit" onClick={onCancel}>
            {t('action.cancel')}
          </Button>
        )}
        <SendButton
          label={queued ? t('conversation.sendsWithFiles') : sendLabel}
          isReady={ready}
          isBusy={isBusy}
          mayAct={hasWords}
          acts={acts}
          onSend={() => send()}
          onAct={(act) => send(act)}
        />
      </Box>
      {unfilled && (
        <Suspense fallback={null}>
          <ConfirmDialog
            open
            title={t('conversation.canned.sendTitle')}
            text={t('conversation.canned.sendText', { names: namesOf(gaps) })}
            confirm={t('conversation.canned.sendAnyway')}
            busy={false}
            onClose={() => {
              setUnfilled(null);
              // After the dialog has given the focus back.
              requestAnimationFrame(() => canned.goToGap());
            }}
            onConfirm={() => {
              setUnfilled(null);
              send(unfilled, true);
            }}
          />
        </Suspense>
      )}
    </Box>
  );
}
