/**
 * How the picture lies on the screen: turned by quarters, mirrored, zoomed, pushed. One account of it for the
 * film, for what is drawn on it and for the finger that draws. Pixels of the stage, from its upper left
 * corner; places of the picture from 0 to 1.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface View {
  /** To the right, as it is seen. */
  readonly quarters: 0 | 1 | 2 | 3;
  readonly mirrored: boolean;
  /** 1: all of the picture is seen. */
  readonly zoom: number;
  /** Pixels by which the picture's middle is away from the stage's. */
  readonly x: number;
  readonly y: number;
}

export const PLAIN: View = { quarters: 0, mirrored: false, zoom: 1, x: 0, y: 0 };
export const MOST_ZOOM = 8;
export const ZOOM_STEP = 1.25;

const quarter = (n: number) => (((n % 4) + 4) % 4) as View['quarters'];

/** What is mirrored turns the other way: the quarter is counted behind the mirror. */
export function turned(view: View): View {
  return { ...view, quarters: quarter(view.quarters + (view.mirrored ? 3 : 1)), zoom: 1, x: 0, y: 0 };
}

/** Left and right change sides as they are seen, whichever way the picture is turned. */
export function mirrored(view: View): View {
  return { ...view, mirrored: !view.mirrored, x: -view.x };
}

/** The picture as it is seen at zoom 1: how wide and high all of it is. */
export function seen(film: Size, { quarters }: Pick<View, 'quarters'>): Size {
  return quarters % 2 === 0 ? film : { width: film.height, height: film.width };
}

/** Pixels of the screen for one of the film, at zoom 1. */
export function fit(film: Size, stage: Size, view: Pick<View, 'quarters'>): number {
  const { width, height } = seen(film, view);
  if (width === 0 || height === 0) return 0;
  return Math.min(stage.width / width, stage.height / height);
}

/** What is larger than the stage never leaves its edge, what is smaller stays in the middle. */
export function held(view: View, film: Size, stage: Size): View {
  const zoom = Math.max(1, Math.min(MOST_ZOOM, view.zoom));
  const scale = fit(film, stage, view) * zoom;
  const { width, height } = seen(film, view);
  const room = (large: number, small: number) => Math.max(0, (large * scale - small) / 2);
  const [most, highest] = [room(width, stage.width), room(height, stage.height)];
  const within = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value)) || 0;
  return { ...view, zoom, x: within(view.x, most), y: within(view.y, highest) };
}

/** What lies under `at` stays there. */
export function zoomed(view: View, by: number, at: Point, film: Size, stage: Size): View {
  const zoom = Math.max(1, Math.min(MOST_ZOOM, view.zoom * by));
  const ratio = zoom / view.zoom;
  const [dx, dy] = [at.x - stage.width / 2, at.y - stage.height / 2];
  return held({ ...view, zoom, x: dx - (dx - view.x) * ratio, y: dy - (dy - view.y) * ratio }, film, stage);
}

export function pushed(view: View, dx: number, dy: number, film: Size, stage: Size): View {
  return held({ ...view, x: view.x + dx, y: view.y + dy }, film, stage);
}

const COS = [1, 0, -1, 0] as const;
const SIN = [0, 1, 0, -1] as const;

/** From a place of the upright picture to the stage. */
export function toStage(place: Point, view: View, film: Size, stage: Size): Point {
  const scale = fit(film, stage, view) * view.zoom;
  const [x, y] = [(place.x - 0.5) * film.width * scale, (place.y - 0.5) * film.height * scale];
  const [cos, sin] = [COS[view.quarters], SIN[view.quarters]];
  const across = (x * cos - y * sin) * (view.mirrored ? -1 : 1);
  return { x: stage.width / 2 + view.x + across, y: stage.height / 2 + view.y + x * sin + y * cos };
}

/** And back: outside of the picture it is below 0 or above 1. */
export function toFilm(point: Point, view: View, film: Size, stage: Size): Point {
  const scale = fit(film, stage, view) * view.zoom;
  if (scale === 0) return { x: 0, y: 0 };
  const across = (point.x - stage.width / 2 - view.x) * (view.mirrored ? -1 : 1);
  const down = point.y - stage.height / 2 - view.y;
  const [cos, sin] = [COS[view.quarters], SIN[view.quarters]];
  const [x, y] = [across * cos + down * sin, -across * sin + down * cos];
  return { x: x / scale / film.width + 0.5, y: y / scale / film.height + 0.5 };
}

/** For the film's element, which lies in the middle of the stage. */
export function transform(view: View): string {
  const mirror = view.mirrored ? -1 : 1;
  return [
    'translate(-50%, -50%)',
    `translate(${view.x}px, ${view.y}px)`,
    `scale(${mirror * view.zoom}, ${view.zoom})`,
    `rotate(${view.quarters * 90}deg)`,
  ].join(' ');
}
