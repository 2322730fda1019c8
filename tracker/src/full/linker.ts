import { isGranted } from "../core/consent";
import { listen } from "../core/guard";
import { hostOf } from "../core/sources";
import { adoptVisitor, visitorId } from "../core/visitor";
import { linkOf, targetOf } from "./clicks";
import { isElsewhere } from "./domains";

const PARAMETER = /([?&])_hw=([\da-f]{32})\.(\w+)\.(\w+)(&|(?=#|$))/;
const ANY = /([?&])_hw=[^&#]*(&|(?=#|$))/;
const LIFE = 120e3;

/** Take the id that a link from another domain brought, and clear it from the address. */
export function followLink(): void {
  const url = location.href;
  const found = PARAMETER.exec(url);
  if (ANY.test(url)) {
    history.replaceState(history.state, "", without(url));
  }
  if (found) {
    const [, , visitor, time, sum] = found;
    if (sum === check(visitor + "." + time) && Math.abs(Date.now() - parseInt(time!, 36)) < LIFE) {
      adoptVisitor(visitor!);
    }
  }
}

/** Give links and forms to linked domains the id when they are used. */
export function watchLinks(): void {
  listen(document, "click auxclick contextmenu", (event) => {
    const link = linkOf(event);
    if (link) {
      const target = targetOf(link);
      const url = decorated(target);
      if (url !== target) {
        link.setAttribute("href", url);
      }
    }
  });
  listen(document, "submit", (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    const action = new URL(form.getAttribute("action") || "", document.baseURI).href;
    const url = decorated(action);
    if (url === action) {
      return;
    }
    if (/get/i.test(form.getAttribute("method") || "get")) {
      const input = form.querySelector("input[name=_hw]") || document.createElement("input");
      for (const [name, value] of [
        ["type", "hidden"],
        ["name", "_hw"],
        ["value", url.split("_hw=")[1]!.split("#")[0]!],
      ] as const) {
        input.setAttribute(name, value);
      }
      form.append(input);
    } else {
      form.setAttribute("action", url);
    }
  });
}

/** Return a URL with the id where it leads to a linked domain, or else as it is. */
export function decorated(url: string): string {
  if (!isGranted() || !/^https?:/.test(url) || !isElsewhere(hostOf(url))) {
    return url;
  }
  const told = visitorId() + "." + Date.now().toString(36);
  const [address, fragment] = without(url).split(/(?=#)/);
  return (
    address +
    (address!.includes("?") ? "&" : "?") +
    `_hw=${told}.${check(told)}` +
    (fragment || "")
  );
}

function without(url: string): string {
  return url.replace(ANY, (_, before: string, after: string) => (after ? before : ""));
}

/** Only the browser that made a link gets the sum right: one that is passed on welds nobody. */
function check(told: string): string {
  let sum = 5381;
  for (const letter of told + navigator.userAgent + navigator.language) {
    sum = (Math.imul(sum, 33) ^ letter.charCodeAt(0)) >>> 0;
  }
  return sum.toString(36);
}
