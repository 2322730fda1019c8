import { setting, settingList } from "../core/settings";
import type { Texts } from "../core/sources";
import { withoutCards } from "./cards";

/** What may be taken from a form, and what tells a field of it. The first that fits decides. */
const KINDS: [string, RegExp][] = [
  ["email", /e-?mail|e-?posta/],
  ["phone", /phone|telefon|\b(mobile|gsm|tel\b)/],
  ["company", /company|organi[sz]ation|\b(firma|\u015firket|sirket)/],
  ["first", /given-?name|first-?name|\bfname|vorname/],
  ["last", /family-?name|last-?name|surname|\blname|nachname|soyad/],
  ["name", /(^|[ [])((full|your|contact|customer|billing)-?)?name\b/],
  ["message", /message|comment|enquiry|inquiry|question|nachricht|mesaj/],
];
const NEVER =
  /\bcc-|card|cvc|cvv|iban|pass|pwd|secret|token|csrf|captcha|one-time|\botp\b|secur|ssn|user-?name|login|nick/;
const TYPES = /^(text|email|tel|search|textarea)?$/;
const MOST = 5000;

/** Return what a form says of a person: allowed kinds alone, each from the first field that has it. */
export function personOf(form: Element): Texts {
  const found: Texts = {};
  form.querySelectorAll<HTMLInputElement>("input,textarea").forEach((field) => {
    const value = withoutCards(field.value).trim().slice(0, MOST);
    const kind = value && kindOf(field);
    if (kind && !found[kind]) {
      found[kind] = value;
    }
  });
  const { first, last, ...person } = found;
  const name = person.name || [first, last].filter(Boolean).join(" ");
  return allowed(name ? { ...person, name } : person);
}

function allowed(person: Texts): Texts {
  const names = settingList("fields");
  for (const name of Object.keys(person)) {
    if (setting("fields") && !names.includes(name)) {
      delete person[name];
    }
  }
  return person;
}

function kindOf(field: HTMLInputElement): string | undefined {
  const told = field.getAttribute("data-hw-user");
  const { type } = field;
  const words = [field.getAttribute("autocomplete"), type, field.name, field.id]
    .join(" ")
    .replace(/_/g, "-")
    .toLowerCase();
  if (!TYPES.test(type) || NEVER.test(words) || told === "none") {
    return undefined;
  }
  for (const [kind, words_of] of KINDS) {
    if (told ? told === kind : words_of.test(words)) {
      return kind;
    }
  }
  return type === "textarea" ? "message" : undefined;
}
