import '@/i18n/designer';
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { importWorkflow, type WorkflowFile } from '@/api/definitions';
import { toProblem } from '@/api/problem';
import { workflowKeys } from '@/api/workflows';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { useTypedGuard } from '@/components/ui/useTypedGuard';
import { IconPlus, IconUpload } from '@/lib/icons';
import { ImportDialog } from './ImportDialog';
import { fromTemplate, TEMPLATES, type TemplateName } from './templates';

/** A new draft, from a template or from a file. */
export function NewWorkflow() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const fileRef = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [file, setFile] = useState<WorkflowFile | null>(null);
  const create = useMutation({
    mutationFn: importWorkflow,
    onSuccess: (workflow) => {
      void queryClient.invalidateQueries({ queryKey: workflowKeys.all });
      navigate(`/admin/workflows/${workflow.id}`);
    },
  });

  const readFile = async (given: File) => {
    try {
      const document: unknown = JSON.parse(await given.text());
      if (typeof document !== 'object' || document === null || Array.isArray(document))
        throw new SyntaxError();
      setFile(document as WorkflowFile);
    } catch {
      showToast('error', t('designer.create.importWrong'));
    }
  };

  return (
    <>
      <input
        ref={fileRef}
        type="file"
        accept="application/json,.json"
        hidden
        data-testid="workflow-file"
        onChange={(event) => {
          const given = event.target.files?.[0];
          event.target.value = '';
          if (given) void readFile(given);
        }}
      />
      <Button
        variant="outlined"
        startIcon={<IconUpload size={15} />}
        onClick={() => fileRef.current?.click()}
      >
        {t('designer.create.import')}
      </Button>
      <Button
        variant="contained"
        startIcon={<IconPlus size={15} />}
        onClick={() => {
          create.reset();
          setOpen(true);
        }}
      >
        {t('designer.create.action')}
      </Button>
      {file && <ImportDialog file={file} onClose={() => setFile(null)} />}
      {isOpen && (
        <NewDialog
          busy={create.isPending}
          problem={create.isError ? toProblem(create.error).message || t('problem.other.hint') : null}
          onClose={() => setOpen(false)}
          onCreate={(name, template) => create.mutate(fromTemplate(template, name, t))}
        />
      )}
    </>
  );
}

interface DialogProps {
  busy: boolean;
  problem: string | null;
  onClose: () => void;
  onCreate: (name: string, template: TemplateName) => void;
}

function NewDialog({ busy, problem, onClose, onCreate }: DialogProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const [name, setName] = useState('');
  const [template, setTemplate] = useState<TemplateName>('straight');
  const [isTried, setTried] = useState(false);
  const nameRef = useRef<HTMLInputElement>(null);
  const guard = useTypedGuard(onClose, problem !== null);
  return (
    <Dialog
      open
      onClose={guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="xs"
      aria-labelledby={titleId}
      slotProps={{ transition: { onEntered: () => nameRef.current?.focus() } }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!name.trim()) return;
          guard.onSent();
          onCreate(name.trim(), template);
        }}
      >
        <DialogTitle id={titleId}>{t('designer.create.title')}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <TextField
            label={t('designer.create.name')}
            value={name}
            required
            error={isTried && !name.trim() ? t('designer.create.nameNeeded') : undefined}
            inputRef={nameRef}
            inputProps={{ maxLength: 128 }}
            onChange={setName}
          />
          <SelectField
            label={t('designer.create.template')}
            value={template}
            hint={t(`designer.create.templateHint.${template}`)}
            onChange={(value) => setTemplate(value as TemplateName)}
            choices={TEMPLATES.map((each) => ({
              value: each,
              label: t(`designer.create.templateName.${each}`),
            }))}
          />
          {problem && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions>
          <Button variant="text" color="inherit" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" variant="contained" loading={busy}>
            {t('designer.create.confirm')}
          </Button>
        </DialogActions>
      </form>
      {guard.question}
    </Dialog>
  );
}
