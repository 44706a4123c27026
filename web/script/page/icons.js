// The page's icons, drawn with one pen on a field of 20 by 20.
import { drawn } from './dom.js';

const kLines = {
  send: 'M10 16V5M5 9.5L10 4.5L15 9.5',
  stop: 'M6 6H14V14H6Z',
  copy: 'M7.5 7.5H15.5V15.5H7.5ZM12.5 7.5V4.5H4.5V12.5H7.5',
  again: 'M15.5 8A6 6 0 1 0 16 11.5M15.5 4V8H11.5',
  edit: 'M4.5 15.5L5.3 12.2L13 4.5L15.5 7L7.8 14.7ZM11.3 6.2L13.8 8.7',
  remove: 'M5 6H15M8 6V4.2H12V6M6.2 6L7 16H13L13.8 6',
  markdown: 'M3.5 14.5V5.5L6.8 9.5L10 5.5V14.5M14.5 5.5V14M12 11.5L14.5 14.2L17 11.5',
  json: 'M8 4Q5.5 4 5.5 6.5V8.5Q5.5 10 4 10Q5.5 10 5.5 11.5V13.5Q5.5 16 8 16M12 4Q14.5 4 14.5 6.5V8.5Q14.5 10 16 10Q14.5 10 14.5 11.5V13.5Q14.5 16 12 16',
  before: 'M12 5L7 10L12 15',
  after: 'M8 5L13 10L8 15',
  down: 'M10 4V15M5.5 10.5L10 15.2L14.5 10.5',
  close: 'M5 5L15 15M15 5L5 15',
};

export function icon(name) {
  return drawn(
    'svg',
    { viewBox: '0 0 20 20', class: `icon ${name}`, 'aria-hidden': 'true' },
    drawn('path', { d: kLines[name] }),
  );
}
