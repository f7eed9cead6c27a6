// Who is behind: heights are compared with those of the round before, so that a block on its way to a node is no lag
// (spec/monitoring.md, MO7).

/** How far a node is behind, and since when. */
export interface Behind {
  readonly blocks: number;
  readonly sinceMs: number;
}

/** What was told in one round. */
export interface ToldHeights {
  readonly own: number;
  /** Of the other nodes that answered in this round. */
  readonly others: ReadonlyMap<string, number>;
  /** Those of them that vote. */
  readonly validators: readonly string[];
  /** How many validators may lie: fewer than a third. */
  readonly liarsMax: number;
}

/** Remembers the round before. */
export class HeightWatch {
  readonly #organization: string;
  #previous: { readonly own: number; readonly target: number } | undefined;
  #since = new Map<string, number>();

  constructor(organization: string) {
    this.#organization = organization;
  }

  /** Who is behind now. Nodes that did not answer are not judged. */
  judge(told: ToldHeights, nowMs: number): ReadonlyMap<string, Behind> {
    const target = targetOf(told);
    const behind = new Map<string, Behind>();
    const previous = this.#previous;
    this.#previous = { own: told.own, target };
    const since = new Map<string, number>();
    const note = (organization: string, blocks: number): void => {
      const sinceMs = this.#since.get(organization) ?? nowMs;
      since.set(organization, sinceMs);
      behind.set(organization, { blocks, sinceMs });
    };
    if (previous !== undefined) {
      if (told.own < previous.target) note(this.#organization, Math.max(target, previous.target) - told.own);
      for (const [organization, height] of told.others)
        if (height < previous.own) note(organization, told.own - height);
    }
    this.#since = since;
    return behind;
  }
}

/** The height that at least one honest validator has: more say so than may lie. 0 where too few answer. */
function targetOf({ others, validators, liarsMax }: ToldHeights): number {
  const heights = validators.flatMap((id) => others.get(id) ?? []).toSorted((a, b) => b - a);
  return heights[liarsMax] ?? 0;
}
