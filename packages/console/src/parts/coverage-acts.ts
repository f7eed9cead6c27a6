/** The acts that make up the life of a battery or vehicle, in their order. */
export const coverageActs = [
  'made',
  'built_in',
  'stocked',
  'mounted',
  'sold',
  'unmounted',
  'left',
  'taken_in',
  'dispatched',
  'retired',
  'treated',
  'registered',
] as const;
