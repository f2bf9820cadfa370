/**
 * The middle of the values: half of them lie below. Of an even number, the mean of the two in the middle.
 *
 * @throws {Error} where there is none.
 */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * The value below which that part of the values lies, between two of them interpolated.
 *
 * @param part 0 to 1.
 * @throws {Error} where there is none.
 */
export const quantile = (values: readonly number[], part: number): number => {
  if (values.length === 0) throw new Error('there are no values');
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * part;
  const [low, high] = [Math.floor(at), Math.ceil(at)].map((index) => sorted[index] as number) as [
    number,
    number,
  ];
  return low + (high - low) * (at - Math.floor(at));
};

/**
 * How two contenders that took turns compare: the median of the ratios of each turn. What slowed the machine down in one
 * turn slowed both.
 */
export const medianRatio = (ours: readonly number[], others: readonly number[]): number =>
  median(ours.map((value, turn) => value / (others[turn] as number)));
