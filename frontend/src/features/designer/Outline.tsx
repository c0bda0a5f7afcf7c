import { Box, Button } from '@mui/material';
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Text, VisuallyHidden } from '@/components/ui/layout';
import { IconAlertTriangle, IconCircleCheck, IconCircleDot, IconEye, IconFlag } from '@/lib/icons';
import { DRAG_TYPE } from './dragType';
import { type Draft, inOrder, type Marks, type Palette, type Selection } from './model';

interface Props {
  draft: Draft;
  selection: Selection;
  marks: Marks;
  onSelect: (selection: Selection) => void;
  onDelete: (selection: NonNullable<Selection>) => void;
}

/** The same model as the canvas, as a list: arrows walk, Enter opens, Delete removes. */
export function Outline({ draft, selection, marks, onSelect, onDelete }: Props) {
  const { t } = useTranslation();
  const listRef = useRef<HTMLOListElement>(null);
  const steps = useMemo(() => inOrder(draft), [draft]);
  const nameOf = (key: string) => draft.steps.find((step) => step.key === key)?.name ?? '';

  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(listRef.current?.querySelectorAll<HTMLElement>('button[data-item]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target =
      move !== undefined
        ? items[at + move]
        : event.key === 'Home'
          ? items[0]
          : event.key === 'End'
            ? items.at(-1)
            : undefined;
    if (target) {
      event.preventDefault();
      target.focus();
    }
    if (event.key === 'Delete') {
      const { kind, key } = items[at]?.dataset ?? {};
      event.preventDefault();
      (items[at + 1] ?? items[at - 1])?.focus();
      if (kind && key) onDelete({ kind: kind as 'step' | 'edge', key });
    }
  };

  return (
    <Box
      component="ol"
      ref={listRef}
      aria-label={t('designer.outline')}
      onKeyDown={onKeyDown}
      sx={{ listStyle: 'none', m: 0, p: 0.75, display: 'grid', gap: 0.25 }}
    >
      {steps.map((step) => (
        <li key={step.key}>
          <Item
            kind="step"
            id={step.key}
            selected={selection?.kind === 'step' && selection.key === step.key}
            mark={marks.get(step.key)}
            onClick={() => onSelect({ kind: 'step', key: step.key })}
          >
            <Box component="span" sx={{ fontWeight: 560 }}>
              {step.name || t('designer.unnamed')}
            </Box>
            <Text component="span" variant="hint">
              {[
                step.isStart && t('designer.start'),
                step.isEnd ? t('workflows.endStep') : step.role,
                step.kind !== 'action' && !step.isEnd && t(`workflows.kind.${step.kind}`),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </Item>
          <Box
            component="ul"
            sx={{ listStyle: 'none', m: 0, p: 0, paddingInlineStart: 2, display: 'grid', gap: 0.25 }}
          >
            {draft.edges
              .filter((edge) => edge.from === step.key)
              .map((edge) => (
                <li key={edge.key}>
                  <Item
                    kind="edge"
                    id={edge.key}
                    selected={selection?.kind === 'edge' && selection.key === edge.key}
                    mark={marks.get(edge.key)}
                    onClick={() => onSelect({ kind: 'edge', key: edge.key })}
                  >
                    <Box
                      component="span"
                      sx={{
                        color: edge.outcome === 'reject' ? 'tone.red.fg' : 'text.secondary',
                        fontSize: '0.75rem',
                      }}
                    >
                      {t('workflows.edge', {
                        name: edge.name || t('designer.unnamed'),
                        step: nameOf(edge.to),
                      })}
                    </Box>
                  </Item>
                </li>
              ))}
          </Box>
        </li>
      ))}
    </Box>
  );
}

interface ItemProps {
  kind: 'step' | 'edge';
  id: string;
  selected: boolean;
  mark?: 'error' | 'warning';
  onClick: () => void;
  children: ReactNode;
}

function Item({ kind, id, selected, mark, onClick, children }: ItemProps) {
  const { t } = useTranslation();
  return (
    <Box
      component="button"
      type="button"
      data-item
      data-kind={kind}
      data-key={id}
      aria-current={selected || undefined}
      onClick={onClick}
      sx={{
        width: '100%',
        display: 'flex',
        alignItems: 'center',
        gap: 0.75,
        minHeight: kind === 'step' ? 34 : 28,
        px: 1,
        py: 0.375,
        font: 'inherit',
        fontSize: '0.8125rem',
        textAlign: 'start',
        color: 'text.primary',
        border: 0,
        borderRadius: 1,
        cursor: 'pointer',
        bgcolor: selected ? 'surface.selected' : 'transparent',
        '&:hover': { bgcolor: selected ? 'surface.selected' : 'surface.hover' },
      }}
    >
      <Box component="span" sx={{ flex: 1, minWidth: 0, display: 'grid' }}>
        {children}
      </Box>
      {mark && (
        <Box
          component="span"
          sx={{ color: mark === 'error' ? 'tone.red.solid' : 'tone.amber.solid', display: 'flex' }}
        >
          <IconAlertTriangle size={14} aria-hidden />
          <VisuallyHidden>{t(`designer.findings.${mark}`)}</VisuallyHidden>
        </Box>
      )}
    </Box>
  );
}

const PALETTE: { type: Palette; icon: typeof IconFlag }[] = [
  { type: 'action', icon: IconCircleDot },
  { type: 'review', icon: IconEye },
  { type: 'approval', icon: IconCircleCheck },
  { type: 'end', icon: IconFlag },
];

/** Drag onto the canvas, or press: the step is put after the chosen one and connected. */
export function StepPalette({ onAdd }: { onAdd: (type: Palette) => void }) {
  const { t } = useTranslation();
  return (
    <Box
      role="group"
      aria-label={t('designer.palette')}
      sx={{ display: 'grid', gridTemplateColumns: 'repeat(2, minmax(max-content, 1fr))', gap: 0.75, p: 1 }}
    >
      {PALETTE.map(({ type, icon: Icon }) => (
        <Button
          key={type}
          variant="outlined"
          draggable
          onDragStart={(event) => {
            event.dataTransfer.setData(DRAG_TYPE, type);
            event.dataTransfer.effectAllowed = 'copy';
          }}
          onClick={() => onAdd(type)}
          startIcon={<Icon size={15} />}
          aria-label={t('designer.add', { what: t(`designer.paletteName.${type}`) })}
          sx={{ justifyContent: 'flex-start', cursor: 'grab' }}
        >
          {t(`designer.paletteName.${type}`)}
        </Button>
      ))}
    </Box>
  );
}
