/** Long enough to follow, short enough for typing. */
const DURATION_MS = 220;

/** Puts children into an order, and lets them slide there unless motion is not wanted. */
export function slideInto(parent: Element, children: readonly HTMLElement[]): void {
  const isOrdered = children.every((child, index) => parent.children[index] === child);
  if (isOrdered) return;
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const before = isStill ? [] : children.map((child) => child.getBoundingClientRect());
  // Moving a focused element would take its focus away.
  const { activeElement } = document;
  parent.append(...children);
  if (activeElement instanceof HTMLElement && parent.contains(activeElement)) activeElement.focus();
  before.forEach((from, index) => {
    const child = children[index];
    if (!child) return;
    const to = child.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (x === 0 && y === 0) return;
    child.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], {
      duration: DURATION_MS,
      easing: 'ease-out',
    });
  });
}
