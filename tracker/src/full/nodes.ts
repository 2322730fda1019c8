import { guard } from "../core/guard";

/** Call the action for the page, and for each element that is put into it later. */
export function withElements(action: (root: Element) => void): void {
  const safe = guard(action);
  safe(document.documentElement);
  new MutationObserver((changes) => {
    for (const change of changes) {
      change.addedNodes.forEach((node) => {
        const root = node instanceof Element ? node : node.parentElement;
        if (root) {
          safe(root);
        }
      });
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}
