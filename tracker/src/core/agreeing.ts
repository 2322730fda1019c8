import { chooseMode, isDenied, isGranted, mode } from "./consent";
import { eraseCookies } from "./cookies";
import { report } from "./events";
import { emptyOutbox, takeOver } from "./outbox";
import { viewPageOnce } from "./pages";
import { goOn, land, renewSession } from "./session";
import { forgetVisitor } from "./visitor";

/** Take the visitor's choice: it counts from now on, and for what is kept. */
export function agree(wanted: string): void {
  const before = mode();
  chooseMode(wanted);
  if (!isGranted()) {
    emptyOutbox();
    renewSession();
    forgetVisitor();
    eraseCookies();
  }
  if (mode() !== before && !isDenied()) {
    land();
    takeOver();
    if (isGranted()) {
      // The first event with an id says where the visitor came from: earlier ones had none.
      const { url, referrer } = goOn();
      report("consent", { url, referrer, properties: { before } });
    }
    viewPageOnce();
  }
}
