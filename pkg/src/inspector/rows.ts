/** Rows by index, of which some may not be there yet. */
export interface Rows<Item> {
  /** How many there are, as far as it is known. */
  readonly size: number;
  /** The row at an index; nothing where it is on its way, which is then asked for. */
  at(index: number): Item | undefined;
  /** What stays the same of a row while others come before it. */
  keyOf(item: Item): number | string;
  /** Where the row with a key stands now; below 0 where there is none. */
  indexOf(key: number | string): number;
}
