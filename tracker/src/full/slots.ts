import { offer } from "../core/api";
import { guard } from "../core/guard";
import type { Texts } from "../core/sources";
import { about } from "./about";
import { withElements } from "./nodes";

type Fill = (name: string, element: Element, told: Texts) => void;

/** Offer `headwater("slots", fn)`: called once for each element with `data-hw-slot`. */
export function offerSlots(): void {
  offer("slots", (use: Fill) => {
    const filled = new WeakSet<Element>();
    const safe = guard(use);
    const fill = (element: Element): void => {
      const name = element.getAttribute("data-hw-slot");
      if (name && !filled.has(element)) {
        filled.add(element);
        safe(name, element, about());
      }
    };
    withElements((root) => {
      fill(root);
      root.querySelectorAll("[data-hw-slot]").forEach(fill);
    });
  });
}
