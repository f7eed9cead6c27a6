/** The four-sheet layout on the import page: its kinds, and the values that it has no column for, kept in the browser. */

/** The kind under which such a workbook is imported, and the record kinds that come out of it. */
export const fourSheetKind = 'four_sheet';
export const fourSheetRecordKinds = ['battery_pack', 'battery_module'] as const;

/** Required fields without a column, by record kind. */
export const fieldsWithoutColumn = {
  battery_pack: ['ratedCapacity', 'ratedEnergy', 'nominalVoltage', 'mass'],
  battery_module: ['connection', 'ratedCapacity', 'nominalVoltage'],
} as const;

/** What was typed, by field; `models` is JSON of values by model, which go first. */
export interface FourSheetTexts {
  readonly battery_pack: Readonly<Record<string, string>>;
  readonly battery_module: Readonly<Record<string, string>>;
  readonly models: string;
}

const storageName = 'suyuan.four-sheet';
const nothing: FourSheetTexts = { battery_pack: {}, battery_module: {}, models: '' };

const textsIn = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(Object(value)).flatMap(([id, text]) => (typeof text === 'string' ? [[id, text]] : [])),
  );

/** What was typed last time in this browser. */
export const storedValues = (): FourSheetTexts => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageName) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return nothing;
    const { battery_pack: pack, battery_module: module, models }: Record<string, unknown> = { ...stored };
    return {
      battery_pack: textsIn(pack),
      battery_module: textsIn(module),
      models: typeof models === 'string' ? models : '',
    };
  } catch {
    return nothing; // another page's, or none is allowed: it is typed again
  }
};

/** Keeps what was typed for the next time. */
export const storeValues = (values: FourSheetTexts): void => {
  try {
    localStorage.setItem(storageName, JSON.stringify(values));
  } catch {
    // A browser that keeps nothing: it is typed again.
  }
};

/** Whether the values by model can be read as an object. */
export const modelsAreWrong = (models: string): boolean => {
  if (models.trim() === '') return false;
  try {
    const value: unknown = JSON.parse(models);
    return typeof value !== 'object' || value === null || Array.isArray(value);
  } catch {
    return true;
  }
};

/** The values as the node takes them. */
export const defaultsOf = (values: FourSheetTexts): string => {
  const typed = (texts: Readonly<Record<string, string>>): Record<string, string | number> =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([id, text]) => {
        const trimmed = text.trim();
        if (trimmed === '') return [];
        return [[id, /^-?\d{1,15}(?:\.\d{1,15})?$/u.test(trimmed) ? Number(trimmed) : trimmed]];
      }),
    );
  const models: unknown =
    values.models.trim() === '' || modelsAreWrong(values.models) ? undefined : JSON.parse(values.models);
  return JSON.stringify({
    battery_pack: typed(values.battery_pack),
    battery_module: typed(values.battery_module),
    ...(models === undefined ? {} : { models }),
  });
};
