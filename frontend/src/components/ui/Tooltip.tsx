import { Box } from '@mui/material';
import {
  cloneElement,
  type ReactElement,
  type SyntheticEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';

const SHOWN_AFTER_MS = 350;
const GAP = 6;

interface Anchor {
  onMouseEnter?: (event: SyntheticEvent) => void;
  onMouseLeave?: (event: SyntheticEvent) => void;
  onFocus?: (event: SyntheticEvent) => void;
  onBlur?: (event: SyntheticEvent) => void;
  'aria-describedby'?: string;
}

interface Props {
  /** Nothing is shown without words. */
  title: string;
  placement?: 'bottom' | 'right';
  children: ReactElement<Anchor>;
}

/**
 * A word about a control, on hovering it and on reaching it with the keyboard; Escape takes it away. It is one line
 * at a place that never moves, so it does without the engine of the component library, which every first load would pay.
 */
export function Tooltip({ title, placement = 'bottom', children }: Props) {
  const id = useId();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const isShown = anchor !== null && title !== '';

  const show = (target: Element, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(target.getBoundingClientRect()), afterMs);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isShown) return;
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && setAnchor(null);
    const onMove = () => setAnchor(null);
    document.addEventListener('keydown', onKeyDown);
    window.addEventListener('scroll', onMove, true);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('scroll', onMove, true);
    };
  }, [isShown]);

  const { onMouseEnter, onMouseLeave, onFocus, onBlur } = children.props;
  return (
    <>
      {cloneElement(children, {
        onMouseEnter: (event) => {
          onMouseEnter?.(event);
          show(event.currentTarget, SHOWN_AFTER_MS);
        },
        onMouseLeave: (event) => {
          onMouseLeave?.(event);
          hide();
        },
        onFocus: (event) => {
          onFocus?.(event);
          // A click focuses too, and needs no words.
          if (event.currentTarget.matches(':focus-visible')) show(event.currentTarget, 0);
        },
        onBlur: (event) => {
          onBlur?.(event);
          hide();
        },
        ...(isShown && { 'aria-describedby': id }),
      })}
      {isShown &&
        createPortal(
          <Box
            id={id}
            role="tooltip"
            ref={(box: HTMLElement | null) => {
              if (box) place(box, anchor, placement);
            }}
            sx={{
              position: 'fixed',
              zIndex: 'tooltip',
              maxWidth: 300,
              px: 1,
              py: 0.625,
              borderRadius: 1,
              fontSize: '0.75rem',
              lineHeight: 1.4,
              bgcolor: '#20262a',
              color: '#f2f5f4',
              pointerEvents: 'none',
            }}
          >
            {title}
          </Box>,
          document.body,
        )}
    </>
  );
}

/** Beside its control, and inside the window. */
function place(box: HTMLElement, anchor: DOMRect, placement: 'bottom' | 'right'): void {
  const { width, height } = box.getBoundingClientRect();
  const below = anchor.bottom + GAP;
  const left = placement === 'right' ? anchor.right + GAP : anchor.left + (anchor.width - width) / 2;
  const top =
    placement === 'right'
      ? anchor.top + (anchor.height - height) / 2
      : below + height > window.innerHeight
        ? anchor.top - GAP - height
        : below;
  box.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
  box.style.top = `${Math.max(GAP, top)}px`;
}
