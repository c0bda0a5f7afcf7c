import {
  type ComponentType,
  cloneElement,
  type FocusEvent,
  lazy,
  type PointerEvent,
  type ReactElement,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { BubbleProps } from './TooltipBubble';

const DELAY_MS = 350;
/** Time to move the pointer from the element onto its tooltip. */
const GRACE_MS = 120;

// A tooltip that can't be fetched is left out; the page goes on without it.
const TooltipBubble = lazy(async (): Promise<{ default: ComponentType<BubbleProps> }> => {
  try {
    return { default: (await import('./TooltipBubble')).TooltipBubble };
  } catch {
    return { default: () => null };
  }
});

interface Handlers {
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: (event: FocusEvent<HTMLElement>) => void;
  'aria-label'?: string;
  'aria-describedby'?: string;
}

interface Props {
  /** Nothing is shown where it is empty. */
  title: string;
  placement?: 'bottom' | 'right';
  /** One element that passes handlers on to its DOM node. */
  children: ReactElement<Handlers>;
}

/** A word about an element while the mouse rests on it or the keyboard is there. Its code comes when it is shown. */
export function Tooltip({ title, placement = 'bottom', children }: Props) {
  const id = useId();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const isShown = anchor !== null && title !== '';

  const later = (element: HTMLElement | null, wait: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(element), wait);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };

  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isShown) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setAnchor(null);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isShown]);

  const own = children.props;
  const isName = own['aria-label'] === title;
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          own.onPointerEnter?.(event);
          if (event.pointerType !== 'touch') later(event.currentTarget, DELAY_MS);
        },
        onPointerLeave: (event) => {
          own.onPointerLeave?.(event);
          later(null, GRACE_MS);
        },
        onPointerDown: (event) => {
          own.onPointerDown?.(event);
          hide();
        },
        onFocus: (event) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(':focus-visible')) later(event.currentTarget, DELAY_MS);
        },
        onBlur: (event) => {
          own.onBlur?.(event);
          hide();
        },
        ...(isShown && !isName && { 'aria-describedby': id }),
      })}
      {isShown && (
        <Suspense fallback={null}>
          <TooltipBubble
            id={id}
            anchor={anchor}
            placement={placement}
            text={title}
            onEnter={() => clearTimeout(timer.current)}
            onLeave={() => later(null, GRACE_MS)}
          />
        </Suspense>
      )}
    </>
  );
}
