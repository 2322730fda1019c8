/** What the script's own element says. */
const element = (document.currentScript ||
  document.querySelector("script[data-key]")) as HTMLScriptElement;

/** Return the value of `data-<name>` of the script element, empty where it has none. */
export function setting(name: string): string {
  return element.getAttribute("data-" + name) || "";
}

/** Return the items of a setting: a list with commas or spaces, in lower case. */
export function settingList(name: string): string[] {
  return setting(name).toLowerCase().split(/[\s,]+/).filter(Boolean);
}

/** Where events go. */
export const endpoint = new URL(setting("endpoint") || "/e", element.src).href;
