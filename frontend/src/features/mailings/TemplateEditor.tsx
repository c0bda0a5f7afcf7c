import '@/i18n/ticket';
import { Alert, Box, Button, TextField, Typography } from '@mui/material';
import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import {
  changeTemplate,
  mailingKeys,
  previewTemplate,
  type Template,
  type TemplateParts,
  templateQuery,
  templatesQuery,
} from '@/api/mailings';
import { toProblem } from '@/api/problem';
import { Badge } from '@/components/ui/Badge';
import { ChangedMeanwhile } from '@/components/ui/ChangedMeanwhile';
import { Definitions } from '@/components/ui/Definitions';
import { Page, Stack, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { useUnsaved } from '@/lib/unsaved';
import { LanguageChoice, languageCodes } from './LanguageChoice';
import { MailFrame } from './MailFrame';
import { TemplateVersions } from './TemplateVersions';

const PARTS = ['subject', 'body_text', 'body_html', 'inapp_message'] as const;

const SETTLE_MS = 500;

function partsOf(template: TemplateParts): TemplateParts {
  const { subject, body_text, body_html, inapp_message } = template;
  return { subject, body_text, body_html, inapp_message };
}

export function TemplateEditor({ template }: { template: Template }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  // What is edited stays that of one version, whoever saves another meanwhile.
  const [base, setBase] = useState(template);
  const [parts, setParts] = useState<TemplateParts>(() => partsOf(template));
  const [settled, setSettled] = useState(parts);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(parts), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [parts]);
  const isChanged = PARTS.some((part) => parts[part] !== base[part]);
  useUnsaved(isChanged);
  const restart = (from: Template) => {
    setBase(from);
    setParts(partsOf(from));
  };
  const isOutdated = template.version !== base.version;
  if (isOutdated && !isChanged) restart(template);
  const preview = useQuery({
    queryKey: [...mailingKeys.template(template.id), 'preview', settled],
    queryFn: () => previewTemplate(template.id, settled),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const save = useMutation({
    mutationFn: () => changeTemplate(template.id, { ...parts, version: base.version }),
    onSuccess: (changed) => {
      restart(changed);
      queryClient.setQueryData(mailingKeys.template(template.id), changed);
      void queryClient.invalidateQueries({ queryKey: mailingKeys.templates });
      void queryClient.invalidateQueries({ queryKey: mailingKeys.template(template.id) });
      showToast('success', t('mailings.saved', { version: changed.version }));
    },
  });
  const failure = save.error ?? preview.error;
  const problem = failure ? toProblem(failure) : null;
  const isAboutPart = problem?.errors.some((entry) => PARTS.some((part) => part === entry.attr)) ?? false;
  return (
    <Page width={1320}>
      <PageHeader
        title={template.label}
        breadcrumbs={[{ label: t('mailings.title'), to: '/admin/notifications' }]}
        beside={
          <>
            <Badge tone="grey">{t('ticket.version', { version: template.version })}</Badge>
            <SameInOtherLanguages template={template} />
          </>
        }
        actions={
          <>
            <Button
              variant="outlined"
              disabled={!isChanged || save.isPending}
              onClick={() => setParts(partsOf(base))}
            >
              {t('mailings.undo')}
            </Button>
            <Button
              variant="contained"
              disabled={!isChanged}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t('action.save')}
            </Button>
          </>
        }
      />
      {(problem?.isConflict || (isOutdated && isChanged)) && (
        <ChangedMeanwhile
          text={problem?.isConflict ? problem.message : t('mailings.changedMeanwhile')}
          action={t('mailings.loadNew')}
          onLoad={async () => {
            save.reset();
            restart(await queryClient.fetchQuery({ ...templateQuery(template.id), staleTime: 0 }));
          }}
        />
      )}
      {problem && !problem.isConflict && !isAboutPart && (
        <Alert severity="error" role="alert" sx={{ mb: 2 }}>
          {problemText(problem, t)}
        </Alert>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) minmax(0,1fr)' },
        }}
      >
        <Stack gap={2}>
          <Panel title={t('mailings.wording')}>
            <Box sx={{ display: 'grid', gap: 2, pt: 0.75 }}>
              {PARTS.map((part) => (
                <TextField
                  key={part}
                  size="small"
                  label={t(`mailings.part.${part}`)}
                  lang={template.language}
                  multiline={part !== 'subject'}
                  minRows={part === 'inapp_message' ? 2 : 6}
                  maxRows={16}
                  value={parts[part]}
                  error={Boolean(problem?.about(part))}
                  helperText={problem?.about(part)}
                  onChange={(event) => {
                    setParts({ ...parts, [part]: event.target.value });
                    if (save.isError) save.reset();
                  }}
                  slotProps={{
                    htmlInput: {
                      spellCheck: part !== 'body_html',
                      sx: part === 'body_html' ? { fontFamily: 'monospace', fontSize: '0.8125rem' } : {},
                    },
                  }}
                />
              ))}
            </Box>
          </Panel>
          <Variables template={template} />
        </Stack>
        <Stack gap={2}>
          <Panel title={t('mailings.preview')}>
            {preview.isPending && <LoadingRows rows={6} />}
            {preview.data && (
              <Stack gap={1.5}>
                <Typography variant="h2" component="p">
                  {preview.data.subject}
                </Typography>
                <MailFrame html={preview.data.html} title={t('mailings.asMail')} />
                <Box>
                  <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>
                    {t('mailings.part.body_text')}
                  </Typography>
                  <Box
                    component="pre"
                    sx={{
                      m: 0,
                      p: 1.5,
                      borderRadius: 2,
                      bgcolor: 'surface.canvas',
                      font: 'inherit',
                      fontSize: '0.8125rem',
                      whiteSpace: 'pre-wrap',
                      overflowWrap: 'anywhere',
                    }}
                  >
                    {preview.data.text}
                  </Box>
                </Box>
                {preview.data.inapp_message && (
                  <Text>
                    <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>
                      {t('mailings.part.inapp_message')}
                    </Typography>
                    {preview.data.inapp_message}
                  </Text>
                )}
              </Stack>
            )}
          </Panel>
          <TemplateVersions template={template} />
        </Stack>
      </Box>
    </Page>
  );
}

/** The languages of the template's type: another one leads to the template in it. */
function SameInOtherLanguages({ template }: { template: Template }) {
  const navigate = useNavigate();
  const lists = useQueries({ queries: languageCodes.map((code) => templatesQuery(code)) });
  const same = lists
    .flatMap((list) => list.data ?? [])
    .filter((row) => row.notification_type === template.notification_type);
  const missing = languageCodes.filter(
    (code) => code !== template.language && !same.some((row) => row.language === code),
  );
  return (
    <LanguageChoice
      value={template.language}
      without={missing}
      onChange={(language) => {
        const found = same.find((row) => row.language === language);
        if (found) navigate(`/admin/notifications/${found.id}`);
      }}
    />
  );
}

function Variables({ template }: { template: Template }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('mailings.variables')}>
      <Definitions
        items={template.variables.map((variable) => ({
          key: variable.name,
          name: <code>{`{{ ${variable.name} }}`}</code>,
          meaning: (
            <>
              {variable.description}
              {variable.is_required && ` · ${t('mailings.required')}`}
              {variable.is_secret && ` · ${t('mailings.secret')}`}
            </>
          ),
        }))}
      />
    </Panel>
  );
}
