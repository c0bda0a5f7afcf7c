import '@/i18n/cannedReplies';
import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import {
  addCannedReply,
  type CannedReply,
  cannedKeys,
  cannedReplyQuery,
  changeCannedReply,
  deleteCannedReply,
  type TeamRole,
} from '@/api/cannedReplies';
import { toProblem } from '@/api/problem';
import { ChangedMeanwhile } from '@/components/ui/ChangedMeanwhile';
import { Check } from '@/components/ui/Check';
import { Page, Stack } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { useUser } from '@/context/SessionContext';
import { insertText } from '@/features/tickets/conversation/insertText';
import { lazyPart } from '@/lib/loadCode';
import { useUnsaved } from '@/lib/unsaved';
import { Placeholders } from './Placeholders';
import { Preview } from './Preview';
import { fromPlace, mayChange, placeOf, placesFor } from './rights';

const ConfirmDialog = lazyPart(() => import('@/components/ui/ConfirmDialog'), 'ConfirmDialog');

const LIST = '/canned-replies';
const MAX_TITLE = 120;
const MAX_TEXT = 10_000;
const FIELDS = ['title', 'text', 'scope', 'role_id'];

interface Values {
  title: string;
  text: string;
  place: string;
  is_active: boolean;
}

const valuesOf = (reply: CannedReply | null): Values =>
  reply
    ? { title: reply.title, text: reply.text, place: placeOf(reply), is_active: reply.is_active }
    : { title: '', text: '', place: 'own', is_active: true };

/** One canned reply, or a new one; where somebody may only read it, nothing can be typed. */
export function Editor({ reply, roles }: { reply: CannedReply | null; roles: TeamRole[] }) {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  // What is edited stays that of one version, whoever saves another meanwhile.
  const [base, setBase] = useState(reply);
  const [values, setValues] = useState(() => valuesOf(reply));
  const textRef = useRef<HTMLTextAreaElement>(null);
  const [isDeleting, setDeleting] = useState(false);
  const isDone = useRef(false);
  const isChanged = JSON.stringify(values) !== JSON.stringify(valuesOf(base));
  useUnsaved(() => isChanged && !isDone.current);
  const restart = (from: CannedReply | null) => {
    setBase(from);
    setValues(valuesOf(from));
  };
  const isOutdated = base !== null && reply !== null && reply.version !== base.version;
  if (isOutdated && !isChanged) restart(reply);

  const leave = (message: string) => {
    isDone.current = true;
    void queryClient.invalidateQueries({ queryKey: cannedKeys.all });
    showToast('success', message);
    navigate(LIST);
  };
  const save = useMutation({
    mutationFn: ({ place, ...rest }: Values) => {
      const input = { ...rest, ...fromPlace(place) };
      if (base) return changeCannedReply(base.id, { ...input, version: base.version });
      return addCannedReply(input);
    },
    onSuccess: ({ title }) => leave(t(base ? 'canned.saved' : 'canned.created', { title })),
  });
  const remove = useMutation({
    mutationFn: (id: number) => deleteCannedReply(id),
    onSuccess: () => leave(t('canned.deleted', { title: base?.title })),
    onError: () => setDeleting(false),
  });

  const canWrite = base === null || mayChange(user, base, roles);
  const places = placesFor(user, roles, {
    own: t('canned.scope.own'),
    all: t('canned.scope.all'),
    team: (role) => t('canned.teamOf', { role }),
  });
  if (!places.some((place) => place.value === values.place)) {
    const role = roles.find((each) => `team:${each.id}` === values.place);
    const label = role
      ? t('canned.teamOf', { role: role.name })
      : t(`canned.scope.${fromPlace(values.place).scope}`);
    places.push({ value: values.place, label });
  }
  const failure = save.error ?? remove.error;
  const problem = failure ? toProblem(failure) : null;
  const isAboutField = problem?.errors.every((entry) => FIELDS.includes(entry.attr ?? '')) ?? false;
  const change = (changes: Partial<Values>) => {
    setValues((known) => ({ ...known, ...changes }));
    if (save.isError) save.reset();
  };
  const insert = (words: string) => {
    const field = textRef.current;
    if (!field) return;
    insertText(field, { start: field.selectionStart, end: field.selectionEnd, words }, (text) =>
      change({ text }),
    );
  };
  const isComplete =
    values.title.trim() !== '' && values.text.trim() !== '' && values.text.length <= MAX_TEXT;

  return (
    <Page width={1180}>
      <PageHeader
        title={base ? base.title : t('canned.new')}
        breadcrumbs={[{ label: t('canned.title'), to: LIST }]}
        actions={
          canWrite && (
            <>
              {base && (
                <Button variant="outlined" color="error" onClick={() => setDeleting(true)}>
                  {t('action.delete')}
                </Button>
              )}
              <Button
                variant="contained"
                disabled={!isChanged || !isComplete}
                loading={save.isPending}
                onClick={() => save.mutate(values)}
              >
                {t('action.save')}
              </Button>
            </>
          )
        }
      />
      {base && !canWrite && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t(`canned.readOnly.${base.scope === 'team' ? 'team' : 'all'}`)}
        </Alert>
      )}
      {base && (problem?.isConflict || (isOutdated && isChanged)) && (
        <ChangedMeanwhile
          text={t('canned.changedMeanwhile')}
          action={t('canned.loadNew')}
          onLoad={async () => {
            save.reset();
            restart(await queryClient.fetchQuery({ ...cannedReplyQuery(base.id), staleTime: 0 }));
          }}
        />
      )}
      {problem && !(base && problem.isConflict) && !isAboutField && (
        <Alert severity="error" role="alert" sx={{ mb: 2 }}>
          {problemText(problem, t)}
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) 400px' },
        }}
      >
        <Panel>
          <Box
            component="fieldset"
            disabled={!canWrite}
            sx={{ border: 0, m: 0, p: 0, display: 'grid', gap: 2 }}
          >
            <TextField
              label={t('canned.name')}
              hint={t('canned.nameHint')}
              value={values.title}
              error={problem?.about('title')}
              required
              inputProps={{ maxLength: MAX_TITLE }}
              onChange={(title) => change({ title })}
            />
            <SelectField
              label={t('canned.scopeLabel')}
              value={values.place}
              choices={places}
              disabled={!canWrite}
              error={problem?.about('scope') ?? problem?.about('role_id')}
              onChange={(place) => change({ place })}
            />
            <TextField
              label={t('canned.text')}
              hint={t('canned.count', { count: values.text.length, limit: MAX_TEXT })}
              value={values.text}
              error={problem?.about('text')}
              required
              rows={8}
              inputRef={textRef as unknown as React.Ref<HTMLInputElement>}
              onChange={(text) => change({ text })}
            />
            <Check
              label={t('canned.isOffered')}
              checked={values.is_active}
              disabled={!canWrite}
              onChange={(is_active) => change({ is_active })}
            />
          </Box>
        </Panel>
        <Stack gap={2}>
          <Preview text={values.text} />
          <Placeholders onInsert={canWrite ? insert : undefined} />
        </Stack>
      </Box>
      {isDeleting && base && (
        <Suspense fallback={null}>
          <ConfirmDialog
            open
            title={t('canned.deleteTitle', { title: base.title })}
            text={t('canned.deleteText')}
            confirm={t('action.delete')}
            busy={remove.isPending}
            onClose={() => setDeleting(false)}
            onConfirm={() => remove.mutate(base.id)}
          />
        </Suspense>
      )}
    </Page>
  );
}
