/** Addresses of pictures that were read once, the ones used last for as long as there is room. */

interface Entry<T> {
  readonly asked: Promise<T>;
  readonly weight: number;
  isMade: boolean;
}

/** What was made under a key is made once; what has had no use for the longest time goes when the rest grows too heavy. */
export class Kept<T> {
  readonly #entries = new Map<string, Entry<T>>();
  #weight = 0;

  constructor(
    private readonly most: number,
    private readonly addressOf: (made: T) => string | undefined,
  ) {}

  get(key: string, weight: number, make: () => Promise<T>): Promise<T> {
    const before = this.#entries.get(key);
    const entry = before ?? { asked: make(), weight, isMade: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (before) return before.asked;
    this.#weight += weight;
    entry.asked.then(
      () => {
        entry.isMade = true;
        this.#makeRoom(entry);
      },
      () => this.#forget(key, entry),
    );
    return entry.asked;
  }

  /** What is still being read stays: whoever asked for it has not seen it yet. */
  #makeRoom(latest: Entry<T>): void {
    for (const [oldest, one] of this.#entries) {
      if (this.#weight <= this.most) break;
      if (one.isMade && one !== latest) this.#forget(oldest, one);
    }
  }

  #forget(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    entry.asked.then(
      (made) => {
        const address = this.addressOf(made);
        if (address) URL.revokeObjectURL(address);
      },
      () => undefined,
    );
  }
}
