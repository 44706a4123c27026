// Figures as people read them.
import { number } from './language.js';

export const rateText = (perSecond) => (perSecond < 100 ? perSecond.toFixed(1) : number(Math.round(perSecond)));

export function sizeText(bytes) {
  return bytes < 1e9 ? `${number(Math.round(bytes / 1e6))} MB` : `${number(Math.round(bytes / 1e8) / 10)} GB`;
}
