import { offer } from "../core/api";
import { report } from "../core/events";
import { listen } from "../core/guard";
import { personOf } from "./person";

/** Report forms that are sent, and offer `headwater("form", element)` for those sent by script. */
export function watchForms(): void {
  offer("form", tell);
  listen(document, "submit", (event) => tell(event.target as HTMLFormElement));
}

function tell(form: HTMLFormElement): void {
  const kind = form.getAttribute("data-hw-form");
  const password = form.querySelector("[type=password],[name*=pass]");
  if (kind === "none" || form.querySelector("[type=search]")) {
    return;
  }
  // Who signs in is no lead; who signs up chooses a new password. A form that is sent to the
  // collector itself tells of its lead there.
  const isLead = kind || !password || form.querySelector("[autocomplete=new-password]");
  const isTold = /\/f\/hw_/.test(form.getAttribute("action")!);
  const user = isLead && !isTold ? personOf(form) : undefined;
  const name = ["name", "id", "action"].map((one) => form.getAttribute(one)).find(Boolean);
  report("form_submit", {
    properties: { form: (name || "").split("?")[0] },
    user,
  });
}
