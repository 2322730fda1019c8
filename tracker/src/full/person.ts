import { setting, settingList } from "../core/settings";
import type { Texts } from "../core/sources";
import { hasCard } from "./cards";

/** What may be taken from a form, and what tells a field of it. The first that fits decides. */
const KINDS: [string, RegExp][] = [
  ["email", /e-?mail|e-?posta/],
  ["phone", /phone|mobile|telefon|gsm|\btel\b|\btel-(national|local)\b/],
  ["company", /company|organi[sz]ation|firma|\u015firket|sirket/],
  ["first", /given-?name|first-?name|fname|vorname/],
  ["last", /family-?name|last-?name|surname|lname|nachname|soyad/],
  ["name", /(^|[ [])((full|your|contact|customer|billing)-?)?name\b/],
  ["message", /message|comment|enquiry|inquiry|question|nachricht|mesaj/],
];
const NEVER =
  /\bcc-|card|cvc|cvv|iban|pass|pwd|secret|token|csrf|captcha|one-time|\botp\b|ssn|user-?name|login|nick/;
const TYPES = /^(text|email|tel|search|textarea)?$/;
const MOST = 5000;

/** Return what a form says of a person: allowed kinds alone, each from the first field that has it. */
export function personOf(form: Element): Texts {
  const found: Texts = {};
  form.querySelectorAll<HTMLInputElement>("input,textarea").forEach((field) => {
    const value = field.value.trim();
    const kind = value && !hasCard(value) && kindOf(field);
    if (kind && !found[kind]) {
      found[kind] = value.slice(0, MOST);
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
