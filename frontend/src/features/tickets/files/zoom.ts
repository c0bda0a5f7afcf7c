/** How large a picture is shown: as the window allows, or as a multiple of its own size. */
export type Zoom = 'fit' | number;

const STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];

/** The next step up or down from the scale that it has now; at the ends it stays. */
export function zoomed(scale: number, direction: 1 | -1): number {
  // What was rounded to whole pixels still counts as the step that it is.
  const tolerance = 0.01;
  const larger = STEPS.filter((step) => step > scale * (1 + tolerance));
  const smaller = STEPS.filter((step) => step < scale * (1 - tolerance));
  return (direction > 0 ? larger[0] : smaller.at(-1)) ?? scale;
}
