// The house of the demo: which device stands in which of its rooms, and what can be set on it.
// A setting is {first, least, most, step}; step is what "a little more" means.
const kLevel = { first: 3, least: 1, most: 10, step: 1 };
const kVolume = { first: 20, least: 0, most: 100, step: 5 };

// rooms     where the device stands; the first is meant when a command names none
// kind      'switch' goes on and off, 'job' starts and stops, 'cover' opens and closes, 'door' opens, closes and locks
// startsOn  the rooms where it is on at first
// main      the setting of "more" and "less"
export const kDevices = {
  light: {
    kind: 'switch',
    rooms: ['living_room', 'bedroom', 'kids_room', 'study', 'kitchen', 'bathroom', 'balcony'],
    startsOn: ['living_room', 'kitchen'],
    main: 'brightness',
    settings: { brightness: { first: 80, least: 0, most: 100, step: 20 }, mode: {} },
  },
  aircon: {
    kind: 'switch',
    rooms: ['living_room', 'bedroom', 'study'],
    main: 'temperature',
    settings: { temperature: { first: 26, least: 16, most: 30, step: 1 }, level: kLevel, mode: {} },
  },
  // heats every floor unless a room is named
  boiler: {
    kind: 'switch',
    rooms: ['living_room', 'bedroom', 'kids_room', 'study', 'kitchen', 'bathroom'],
    isWholeHouse: true,
    main: 'temperature',
    settings: { temperature: { first: 23, least: 5, most: 40, step: 1 }, level: kLevel, mode: {} },
  },
  tv: {
    kind: 'switch',
    rooms: ['living_room', 'bedroom'],
    main: 'volume',
    settings: {
      volume: kVolume,
      channel: { first: 7, least: 1, most: 999, step: 1 },
      brightness: { first: 60, least: 0, most: 100, step: 20 },
      mode: {},
    },
  },
  speaker: { kind: 'switch', rooms: ['living_room', 'study'], main: 'volume', settings: { volume: kVolume, mode: {} } },
  purifier: {
    kind: 'switch',
    rooms: ['living_room', 'kids_room'],
    main: 'level',
    settings: { level: kLevel, mode: {} },
  },
  fan: {
    kind: 'switch',
    rooms: ['living_room', 'bedroom', 'study'],
    main: 'level',
    settings: { level: kLevel, mode: {} },
  },
  humidifier: { kind: 'switch', rooms: ['bedroom', 'kids_room'], main: 'level', settings: { level: kLevel, mode: {} } },
  fridge: {
    kind: 'switch',
    rooms: ['kitchen'],
    startsOn: ['kitchen'],
    main: 'temperature',
    settings: { temperature: { first: 3, least: 0, most: 10, step: 1 }, level: kLevel, mode: {} },
  },
  oven: {
    kind: 'job',
    rooms: ['kitchen'],
    main: 'temperature',
    settings: { temperature: { first: 180, least: 50, most: 300, step: 10 }, level: kLevel, mode: {} },
  },
  dishwasher: { kind: 'job', rooms: ['kitchen'], main: 'level', settings: { level: kLevel, mode: {} } },
  washer: {
    kind: 'job',
    rooms: ['balcony'],
    main: 'level',
    settings: { level: kLevel, temperature: { first: 40, least: 0, most: 95, step: 10 }, mode: {} },
  },
  dryer: {
    kind: 'job',
    rooms: ['balcony'],
    main: 'level',
    settings: { level: kLevel, temperature: { first: 60, least: 30, most: 90, step: 5 }, mode: {} },
  },
  // one robot, which goes where it is sent
  vacuum: {
    kind: 'job',
    rooms: ['living_room', 'bedroom', 'kids_room', 'study', 'kitchen'],
    roams: true,
    main: 'level',
    settings: { level: kLevel, mode: {} },
  },
  curtain: {
    kind: 'cover',
    rooms: ['living_room', 'bedroom', 'kids_room', 'study'],
    startsOpen: true,
    main: null,
    settings: {},
  },
  door: { kind: 'door', rooms: ['living_room'], main: null, settings: {} },
};

// Whether a model that stores this output schema speaks to the house.
export function isHouseSchema(schema) {
  const devices = schema?.properties?.actions?.items?.properties?.device?.enum;
  return Array.isArray(devices) && devices.includes('light');
}
