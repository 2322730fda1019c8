import { isFirst } from "../core/api";
import { guard } from "../core/guard";
import { start, whenShown } from "../core/start";
import { offerAbout } from "../full/about";
import { watchClicks } from "../full/clicks";
import { watchDataLayer } from "../full/commerce";
import { watchEngagement } from "../full/engagement";
import { fillFields } from "../full/fields";
import { watchForms } from "../full/forms";
import { followLink, watchLinks } from "../full/linker";
import { offerNumbers } from "../full/numbers";
import { offerSlots } from "../full/slots";

function startAll(): void {
  for (const feature of [
    followLink,
    watchForms,
    offerAbout,
    offerNumbers,
    offerSlots,
    start,
    watchEngagement,
    watchClicks,
    watchLinks,
    watchDataLayer,
    fillFields,
  ]) {
    guard(feature)();
  }
}

if (isFirst()) {
  whenShown(startAll);
}
