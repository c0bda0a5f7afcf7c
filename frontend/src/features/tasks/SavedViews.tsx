import { Grow } from '@/components/ui/layout';
import '@/i18n/lists';
import { Box, Button, IconButton, MenuItem } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteView, type SavedView, savedViewsQuery, viewKeys } from '@/api/views';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { IconBookmark, IconChevronDown, IconPlus, IconTrash } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { useUrlParams } from '@/lib/useUrlParams';
import { useColumns } from './columns';

// A dialog is for later; the list is for now.
const SaveDialog = lazyPart(() => import('./SaveViewDialog'), 'SaveViewDialog');

/** Named addresses of a list: one's own, and those that others share. */
export function SavedViews({ page }: { page: string }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [search, setSearch] = useUrlParams();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [, chooseColumns] = useColumns();
  const views = useQuery({ ...savedViewsQuery(page), enabled: anchor !== null });
  const refresh = () => queryClient.invalidateQueries({ queryKey: viewKeys.all });
  const removal = useMutation({
    mutationFn: (view: SavedView) => deleteView(view.id),
    onSuccess: (_answer, view) => showToast('success', t('savedViews.deleted', { name: view.name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: refresh,
  });
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<IconBookmark size={15} />}
        endIcon={<IconChevronDown size={14} />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t('savedViews.label')}
      </Button>
      <LazyMenu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': t('savedViews.label') }, paper: { sx: { minWidth: 240 } } }}
      >
        {views.data?.length === 0 && <MenuItem disabled>{t('savedViews.none')}</MenuItem>}
        {views.isError && <MenuItem disabled>{problemText(views.error, t)}</MenuItem>}
        {(views.data ?? []).map((view) => (
          <MenuItem
            key={view.id}
            onClick={() => {
              setAnchor(null);
              setSearch(new URLSearchParams(view.query));
              if (view.columns.length > 0) chooseColumns(view.columns);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Delete' && view.is_mine) removal.mutate(view);
            }}
          >
            <Grow>
              {view.name}
              {!view.is_mine && (
                <Box
                  component="span"
                  sx={{ marginInlineStart: 1, color: 'text.secondary', fontSize: '0.75rem' }}
                >
                  {t('savedViews.sharedBy', { name: view.owner_name })}
                </Box>
              )}
            </Grow>
            {view.is_mine && (
              <IconButton
                aria-label={t('savedViews.delete', { name: view.name })}
                tabIndex={-1}
                onClick={(event) => {
                  event.stopPropagation();
                  removal.mutate(view);
                }}
              >
                <IconTrash size={15} />
              </IconButton>
            )}
          </MenuItem>
        ))}
        <MenuItem
          onClick={() => {
            setAnchor(null);
            setSaving(true);
          }}
          sx={{ borderTop: 1, borderColor: 'divider', borderRadius: 0, mt: 0.5 }}
        >
          <IconPlus size={15} aria-hidden />
          {t('savedViews.save')}
        </MenuItem>
      </LazyMenu>
      {isSaving && (
        <Suspense fallback={null}>
          <SaveDialog
            page={page}
            query={Object.fromEntries([...search].filter(([name]) => name !== 'page'))}
            onClose={() => setSaving(false)}
            onSaved={refresh}
          />
        </Suspense>
      )}
    </>
  );
}
