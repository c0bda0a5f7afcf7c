/** Marks a step of the palette while it is dragged onto the canvas. */
export const DRAG_TYPE = 'application/x-tts-step';
