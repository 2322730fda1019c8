import { offer } from "../core/api";
import { guard } from "../core/guard";
import type { Texts } from "../core/sources";
import { about } from "./about";
import { withElements } from "./nodes";

/** What may stand between the digits of a written number. */
const BETWEEN = "[\\s()./\u2011-]*";
/** The last digits must be there; the area, the country and the 0 before an area need not. */
const FEWEST = 7;

type Change = (text: string, isPlain?: boolean) => string;

/** Offer `headwater("numbers", fn)`: `fn(about)` gives a map from numbers to those to show. */
export function offerNumbers(): void {
  offer("numbers", (ask: (told: Texts) => Texts | Promise<Texts>) =>
    Promise.resolve(ask(about())).then(guard(show), () => {}),
  );
}

function show(map: Texts): void {
  const changes = Object.keys(map).map((from) => changeOf(from, map[from]!));
  const changed: Change = (text, isPlain) =>
    changes.reduce((told, change) => change(told, isPlain), text);
  withElements((root) => {
    changeLink(root, changed);
    root.querySelectorAll("a[href]").forEach((link) => changeLink(link, changed));
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      changeText(node as Text, changed);
    }
  });
}

function changeLink(element: Element, changed: Change): void {
  const href = element.getAttribute("href") || "";
  const shown = changed(href, true);
  if (/^tel:/.test(href) && shown !== href) {
    element.setAttribute("href", shown);
  }
}

function changeText(text: Text, changed: Change): void {
  const shown = changed(text.data);
  if (shown !== text.data && !text.parentElement!.closest("script,style,textarea")) {
    text.data = shown;
  }
}

/** Return what puts one number in the place of another, however that is written. */
function changeOf(from: string, to: string): Change {
  const known = significant(from);
  const shown = significant(to);
  const pattern = RegExp(
    "\\+?\\(?0{0,2}" +
      known
        .split("")
        .map((digit, place) =>
          place < known.length - FEWEST ? `(?:${digit + BETWEEN}(?:\\(0\\)${BETWEEN})?)?` : digit,
        )
        .join(BETWEEN) +
      "(?!\\d)",
    "g",
  );
  return (text, isPlain) =>
    text.replace(pattern, (found, place: number) => {
      if (/\d/.test(text.charAt(place - 1))) {
        return found;
      }
      const start = -significant(found).length;
      const isAlike = shown.slice(0, start) === known.slice(0, start);
      if (isPlain) {
        return to.replace(/[^\d+]/g, "");
      }
      return isAlike && shown.length === known.length ? poured(found, shown.slice(start)) : to;
    });
}

/** Write digits in the places of another number's. */
function poured(found: string, digits: string): string {
  let place = 0;
  return found.replace(/\(0\)|\d/g, (one) =>
    one === "(0)" || (one === "0" && !place) ? one : digits[place++]!,
  );
}

/** Return the digits from the country, or the area, on. */
function significant(number: string): string {
  return number.replace("(0)", "").replace(/\D/g, "").replace(/^0+/, "");
}
