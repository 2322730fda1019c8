/** Return the function made safe: an error inside it never reaches the page. */
export function guard<A extends unknown[], R>(
  action: (...given: A) => R,
): (...given: A) => R | undefined {
  return (...given) => {
    try {
      return action(...given);
    } catch (error) {
      // The page goes on as if nothing were there.
    }
  };
}

/** Call the action, safely, at each of the named events (a list with spaces), before the page's own. */
export function listen<E extends Event>(
  target: EventTarget,
  names: string,
  action: (event: E) => void,
): void {
  for (const name of names.split(" ")) {
    target.addEventListener(name, guard(action) as EventListener, true);
  }
}
