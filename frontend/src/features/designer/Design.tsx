import { Box, IconButton } from '@mui/material';
import { Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, WorkflowDetail } from '@/api/definitions';
import { Row, Stack } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { LoadingRows } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconArrowBackUp, IconArrowForwardUp, IconRoute, IconX } from '@/lib/icons';
import { keyOf } from '@/lib/keyOf';
import { lazyPart } from '@/lib/loadCode';
import { EdgePanel } from './EdgePanel';
import { addStep, layOut, type Marks, type Palette, remove, type Selection } from './model';
import { Outline, StepPalette } from './Outline';
import { StepPanel } from './StepPanel';
import type { DraftControl } from './useDraft';

const Canvas = lazyPart(() => import('./DesignerCanvas'), 'DesignerCanvas');

/** What the bars above take. */
const HEAD_PX = 176;

interface DesignProps {
  workflow: WorkflowDetail;
  control: DraftControl;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  findings: Finding[];
}

export function Design({ workflow, control, selection, onSelect, findings }: DesignProps) {
  const { t } = useTranslation();
  const { draft, change, place } = control;
  const [made, setMade] = useState<string | null>(null);
  const step =
    selection?.kind === 'step' ? draft.steps.find((each) => each.key === selection.key) : undefined;
  const edge =
    selection?.kind === 'edge' ? draft.edges.find((each) => each.key === selection.key) : undefined;

  const marks = useMemo<Marks>(() => {
    const found: Marks = new Map();
    for (const finding of [...findings].reverse()) {
      const at =
        finding.step_id !== null
          ? place('step', finding.step_id)
          : finding.transition_id !== null
            ? place('edge', finding.transition_id)
            : null;
      // Errors come first in the list, so, read backwards, they have the last word.
      if (at) found.set(at.key, finding.severity);
    }
    return found;
  }, [findings, place]);

  const add = useCallback(
    (type: Palette, at?: { x: number; y: number }) => {
      let key = '';
      change((each) => {
        const added = addStep(each, {
          type,
          name: t(`designer.newName.${type}`),
          after: at ? null : step?.key,
          at,
        });
        key = added.key;
        return added.draft;
      });
      setMade(key);
      onSelect({ kind: 'step', key });
    },
    [change, onSelect, step?.key, t],
  );
  const drop = useCallback(
    (target: NonNullable<Selection>) => {
      change((each) => remove(each, target));
      onSelect(null);
    },
    [change, onSelect],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('[role="dialog"]'))
        return;
      const key = keyOf(event).toLowerCase();
      if ((event.ctrlKey || event.metaKey) && (key === 'z' || key === 'y')) {
        event.preventDefault();
        if (key === 'y' || event.shiftKey) control.redo();
        else control.undo();
      } else if (
        (event.key === 'Delete' || event.key === 'Backspace') &&
        target.closest('.react-flow') &&
        selection
      ) {
        event.preventDefault();
        drop(selection);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [control, drop, selection]);

  const isOpen = Boolean(step ?? edge);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        alignItems: 'start',
        gridTemplateColumns: {
          xs: 'minmax(0,1fr)',
          md: '240px minmax(0,1fr)',
          lg: isOpen ? '236px minmax(0,1fr) 320px' : '236px minmax(0,1fr)',
        },
      }}
    >
      <Panel flush title={t('designer.outline')}>
        <StepPalette onAdd={add} />
        <Box sx={{ borderTop: 1, borderColor: 'divider', maxHeight: { md: 480 }, overflowY: 'auto' }}>
          {draft.steps.length === 0 ? (
            <Box sx={{ p: 1.5, fontSize: '0.8125rem', color: 'text.secondary' }}>
              {t('designer.emptyOutline')}
            </Box>
          ) : (
            <Outline draft={draft} selection={selection} marks={marks} onSelect={onSelect} onDelete={drop} />
          )}
        </Box>
      </Panel>
      <Stack gap={1.5}>
        <Panel
          flush
          title={t('designer.canvas')}
          action={
            <Row gap={0.25} nowrap>
              <Tool label={t('designer.undo')} disabled={!control.canUndo} onClick={control.undo}>
                <IconArrowBackUp size={17} />
              </Tool>
              <Tool label={t('designer.redo')} disabled={!control.canRedo} onClick={control.redo}>
                <IconArrowForwardUp size={17} />
              </Tool>
              <Tool
                label={t('designer.layout')}
                disabled={draft.steps.length === 0}
                onClick={() => change(layOut)}
              >
                <IconRoute size={17} />
              </Tool>
            </Row>
          }
        >
          <Box sx={{ height: { xs: 380, md: 520 } }}>
            <Suspense fallback={<LoadingRows rows={6} height={60} />}>
              <Canvas
                draft={draft}
                selection={selection}
                marks={marks}
                onSelect={onSelect}
                onChange={change}
                onAdd={add}
              />
            </Suspense>
          </Box>
        </Panel>
      </Stack>
      {isOpen && (
        <Box
          sx={{
            gridColumn: { md: '2', lg: '3' },
            minWidth: 0,
            // Beside the canvas it stays in sight, and scrolls by itself.
            position: { lg: 'sticky' },
            top: HEAD_PX,
            maxHeight: { lg: `calc(100dvh - ${HEAD_PX}px)` },
            overflowY: { lg: 'auto' },
          }}
        >
          <Panel
            title={step ? t('designer.step.title') : t('designer.transition.title')}
            action={
              <IconButton aria-label={t('action.close')} onClick={() => onSelect(null)}>
                <IconX size={16} />
              </IconButton>
            }
          >
            {step && (
              <StepPanel
                step={step}
                control={control}
                workflow={workflow}
                focusName={made === step.key}
                onSelect={onSelect}
                onDelete={() => drop({ kind: 'step', key: step.key })}
              />
            )}
            {edge && (
              <EdgePanel
                edge={edge}
                control={control}
                onSelect={onSelect}
                onDelete={() => drop({ kind: 'edge', key: edge.key })}
              />
            )}
          </Panel>
        </Box>
      )}
    </Box>
  );
}

function Tool(props: { label: string; disabled: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip title={props.label}>
      <span>
        <IconButton aria-label={props.label} disabled={props.disabled} onClick={props.onClick}>
          {props.children}
        </IconButton>
      </span>
    </Tooltip>
  );
}
