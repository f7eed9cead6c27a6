/** Parts of a whole as one bar: each with its colour, and its number for who cannot see it. */
export const ShareBar = ({
  parts,
  whole,
  label,
}: {
  readonly parts: readonly { readonly value: number; readonly colour: string }[];
  readonly whole: number;
  readonly label: string;
}) => (
  <div
    role="img"
    aria-label={label}
    style={{ display: 'flex', height: 12, borderRadius: 6, overflow: 'hidden', background: '#8882' }}
  >
    {parts.map(({ value, colour }) => (
      <div
        key={colour}
        style={{
          width: `${whole === 0 ? 0 : (100 * value) / whole}%`,
          minWidth: value > 0 ? 3 : 0,
          background: colour,
        }}
      />
    ))}
  </div>
);

/** What stands for good, for waiting and for bad. */
export const shareColours = { good: '#3f9e54', waiting: '#d9a514', bad: '#d4483b', plain: '#2f6fb3' };
