// The few shapes that the house is drawn with.  Colours are classes: style/house.css.
import { drawn } from '../page/dom.js';

export const group = (name, ...children) => drawn('g', { class: name }, ...children);
export const rect = (x, y, width, height, name, radius = 0) =>
  drawn('rect', { x, y, width, height, rx: radius, class: name });
export const circle = (cx, cy, r, name) => drawn('circle', { cx, cy, r, class: name });
export const ellipse = (cx, cy, rx, ry, name) => drawn('ellipse', { cx, cy, rx, ry, class: name });
export const path = (d, name) => drawn('path', { d, class: name });
export const label = (x, y, name) => drawn('text', { x, y, class: name });
