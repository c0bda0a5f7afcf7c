import { Checkbox, FormControlLabel } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveView } from '@/api/views';
import { FormDialog } from '@/components/ui/FormDialog';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { useColumns } from './columns';

interface Props {
  page: string;
  query: Record<string, string>;
  onClose: () => void;
  onSaved: () => void;
}

/** Give the list as it stands a name, for oneself or for everybody. */
export function SaveViewDialog({ page, query, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const [columns] = useColumns();
  const save = useMutation({
    mutationFn: () => saveView({ name: name.trim(), page, query, columns, is_shared: isShared }),
    onSuccess: (view) => {
      showToast('success', t('savedViews.saved', { name: view.name }));
      onSaved();
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('savedViews.title')}
      hint={t('savedViews.hint')}
      submit={t('savedViews.submit')}
      busy={save.isPending}
      error={save.error}
      disabled={name.trim() === ''}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <TextField
        label={t('savedViews.name')}
        value={name}
        required
        inputProps={{ maxLength: 64 }}
        onChange={setName}
      />
      <FormControlLabel
        label={t('savedViews.share')}
        control={
          <Checkbox size="small" checked={isShared} onChange={(event) => setShared(event.target.checked)} />
        }
      />
    </FormDialog>
  );
}
