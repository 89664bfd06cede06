/** Options of a group that is one tab stop. */
export interface RovingFocusOptions<T extends Element & HTMLOrSVGElement> {
  /** Receives the key presses. */
  readonly container: Element;
  /** The options in reading order, as they are now. */
  readonly items: () => readonly T[];
  /** The item where a key leads from another, or `undefined` for a key that leads nowhere. */
  readonly next: (key: string, from: number) => number | undefined;
  /** What letters typed are compared with. */
  readonly nameOf: (item: T) => string;
  /** Called with the item that focus moved to, or that was clicked. */
  readonly onSelect: (item: T) => void;
}

/**
 * One tab stop for a listbox: the selected option takes focus, keys move it, and selection follows
 * focus, as the ARIA practices have it for listboxes with single selection. A letter goes to the next
 * item whose name begins with it, so that all can be reached wherever they are.
 */
export function rovingFocus<T extends Element & HTMLOrSVGElement>(
  options: RovingFocusOptions<T>,
): void {
  const { container, items, next, nameOf, onSelect } = options;
  const itemOf = (target: EventTarget | null): number =>
    items().findIndex((item) => target instanceof Node && item.contains(target));
  const moveTo = (index: number): void => {
    const item = items()[index];
    if (!item) return;
    onSelect(item);
    item.focus();
  };
  const byLetter = (key: string, from: number): number | undefined => {
    if ([...key].length !== 1) return undefined;
    const names = items().map((item) => nameOf(item).toLowerCase());
    const order = names.map((_, step) => (from + 1 + step) % names.length);
    return order.find((index) => names[index]?.startsWith(key.toLowerCase()));
  };
  container.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = itemOf(event.target);
    if (from < 0) return;
    const isPick = event.key === 'Enter' || event.key === ' ';
    const to = isPick ? from : (next(event.key, from) ?? byLetter(event.key, from));
    if (to === undefined) return;
    event.preventDefault();
    moveTo(to);
  });
  container.addEventListener('click', (event) => {
    const index = itemOf(event.target);
    if (index >= 0) moveTo(index);
  });
}

/** Home, End, and the arrow keys along a list of `count` items. */
export function alongList(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(count - 1, from + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
