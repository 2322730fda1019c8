import { report } from "../core/events";
import { listen } from "../core/guard";
import { hostOf } from "../core/sources";
import { isOwn } from "./domains";

const DOWNLOAD =
  /\.(pdf|docx?|xlsx?|pptx?|odt|ods|odp|csv|txt|rtf|epub|zip|rar|7z|gz|tgz|dmg|exe|msi|pkg|deb|rpm|apk|iso|mp3|m4a|wav|mp4|mov|avi|mkv|wmv)$/i;

/** Report clicks that lead away from the pages: to other sites, files, the phone, the mail. */
export function watchClicks(): void {
  listen(document, "click auxclick", (event: MouseEvent) => {
    const link = linkOf(event);
    if (link && event.button < 2) {
      tell(link);
    }
  });
}

/** Return the link that an event happened in, shadow trees included. */
export function linkOf(event: Event): Element | null {
  const node = event.composedPath()[0];
  return node instanceof Element ? node.closest("a[href],area[href]") : null;
}

/** Return where a link leads, be it HTML's or SVG's. */
export function targetOf(link: Element): string {
  return new URL(link.getAttribute("href")!, document.baseURI).href;
}

function tell(link: Element): void {
  const target = targetOf(link);
  const [, scheme, rest] = /^(\w+):(.*)/.exec(target) || [];
  const url = target.split(/[?#]/)[0]!;
  const file = url.split("/").pop()!;
  const extension = DOWNLOAD.exec(file);
  const link_domain = hostOf(url);
  if (scheme === "tel") {
    report("phone_click", { properties: { number: rest } });
  } else if (scheme === "mailto") {
    // The address may be a person's: its domain is enough.
    report("email_click", { properties: { link_domain: (/@([\w.-]+)/.exec(url) || [])[1] } });
  } else if (/^http/.test(url)) {
    if (extension) {
      report("file_download", {
        properties: { link_url: url, file_name: file, file_extension: extension[1] },
      });
    } else if (!isOwn(link_domain)) {
      report("outbound_click", { properties: { link_url: url, link_domain } });
    }
  }
}
