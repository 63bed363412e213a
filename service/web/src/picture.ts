/*
 * A page as it was captured, drawn upright, with the fields' boxes over it. Everything inside the drawing has the
 * coordinates of the capture's pixels; one matrix (EXIF orientation, then quarter turns) brings it upright.
 */
import { svg } from "./dom";
import type { Page } from "./api";

type Matrix = [number, number, number, number, number, number];
export type Box = [number, number, number, number];

const PICTURE_WIDTH = 1600;

export interface View {
  href: string;
  matrix: Matrix;
  page: Page;
  width: number; /* upright */
  height: number;
}

function exifMatrix(orientation: number, w: number, h: number): Matrix {
  switch (orientation) {
    case 2: return [-1, 0, 0, 1, w, 0];
    case 3: return [-1, 0, 0, -1, w, h];
    case 4: return [1, 0, 0, -1, 0, h];
    case 5: return [0, 1, 1, 0, 0, 0];
    case 6: return [0, 1, -1, 0, h, 0];
    case 7: return [0, -1, -1, 0, h, w];
    case 8: return [0, -1, 1, 0, 0, w];
    default: return [1, 0, 0, 1, 0, 0];
  }
}

/* A quarter turn clockwise of an image `height` high, after m: (x, y) becomes (height - y, x). */
function turned(m: Matrix, height: number): Matrix {
  return [-m[1], m[0], -m[3], m[2], height - m[5], m[4]];
}

export function viewOf(record: string, page: Page): View {
  const orientation = page.orientation ?? 1;
  let matrix = exifMatrix(orientation, page.width, page.height);
  let [width, height] = orientation >= 5 ? [page.height, page.width] : [page.width, page.height];
  for (let i = 0; i < (page.turns ?? 0); i++) {
    matrix = turned(matrix, height);
    [width, height] = [height, width];
  }
  return { href: `/api/v1/records/${record}/pages/${page.number}?width=${PICTURE_WIDTH}`, matrix, page, width, height };
}

function image(view: View): SVGImageElement {
  return svg("image", { href: view.href, width: view.page.width, height: view.page.height, preserveAspectRatio: "none" });
}

function upright(m: Matrix, [x, y, w, h]: Box): Box {
  const corners = [[x, y], [x + w, y + h]].map(([a = 0, b = 0]) => [m[0] * a + m[2] * b + m[4], m[1] * a + m[3] * b + m[5]]);
  const xs = corners.map((c) => c[0] ?? 0);
  const ys = corners.map((c) => c[1] ?? 0);
  const left = Math.min(...xs), top = Math.min(...ys);
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

export function drawPage(view: View, label: string): { drawing: SVGSVGElement; boxes: SVGGElement } {
  const boxes = svg("g", {});
  const drawing = svg("svg", { viewBox: `0 0 ${view.width} ${view.height}`, class: "page", role: "img", "aria-label": label },
    svg("g", { transform: `matrix(${view.matrix.join(" ")})` }, image(view), boxes));
  return { drawing, boxes };
}

export function drawBox([x, y, w, h]: Box, kind: string): SVGRectElement {
  const margin = 4;
  return svg("rect", { x: x - margin, y: y - margin, width: w + 2 * margin, height: h + 2 * margin, rx: 3,
                       class: `box box-${kind}`, "vector-effect": "non-scaling-stroke" });
}

/* A field's own piece of the page, with a little of what is around it. */
export function drawCrop(view: View, box: Box, label: string): SVGSVGElement {
  const [x, y, w, h] = upright(view.matrix, box);
  const margin = Math.max(8, h * 0.35);
  const area = [x - margin, y - margin, w + 2 * margin, h + 2 * margin];
  return svg("svg", { viewBox: area.join(" "), class: "crop", role: "img", "aria-label": label,
                      preserveAspectRatio: "xMinYMid meet" },
    svg("g", { transform: `matrix(${view.matrix.join(" ")})` }, image(view)));
}
