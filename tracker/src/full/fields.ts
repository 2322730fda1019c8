import { listen } from "../core/guard";
import { about } from "./about";

/** Fill hidden inputs of any form with what is known of the visit: now, and when a form is used. */
export function fillFields(): void {
  fill();
  listen(document, "focusin submit", fill);
}

function fill(): void {
  const inputs = document.querySelectorAll<HTMLInputElement>("input[name^=hw_],[data-hw-field]");
  if (inputs[0]) {
    const told = about();
    inputs.forEach((input) => {
      const value = told[input.getAttribute("data-hw-field") || input.name.slice(3)];
      if (value != null) {
        input.value = value;
      }
    });
  }
}
