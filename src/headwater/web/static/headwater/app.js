// Small comforts over plain pages: everything here also works without it.
(function () {
  "use strict";

  // On a phone the places stand in one line that scrolls: the present one is in sight.
  const here = document.querySelector(".rail nav a[aria-current]");
  const line = here && here.closest("nav");
  if (line && line.scrollWidth > line.clientWidth) {
    line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
  }

  // A control of a report applies itself; without scripts its button does.
  document.addEventListener("change", function (event) {
    const field = event.target;
    const form = field.closest("form[data-apply]");
    if (!form) return;
    if (field.name === "period" && field.value === "custom") {
      form.classList.add("is-custom");
      const from = form.querySelector("[name=from]");
      if (from) from.focus();
      return;
    }
    if (field.type === "date" && !form.querySelector("[name=from]").value) return;
    form.requestSubmit();
  });

  // Menus made of <details> close on Escape, and when something else is clicked.
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details[data-menu]"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[data-menu][open]");
    if (!open) return;
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  });

  // A whole row leads where its first link leads; the link itself stays for the keyboard.
  document.addEventListener("click", function (event) {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, select, summary")) return;
    if (String(window.getSelection())) return;
    window.location.assign(row.dataset.href);
  });

  // A button that copies the text beside it, and says that it did.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    const label = button.querySelector("span");
    const before = label.textContent;
    function done() {
      label.textContent = button.dataset.done;
      window.setTimeout(function () { label.textContent = before; }, 1500);
    }
    function choose() {
      window.getSelection().selectAllChildren(text);
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, choose);
    else choose();
  });

  // A row of a condition shows what its field looks like, and asks for a value where one is needed.
  function fit(row) {
    const [field, operator] = row.querySelectorAll("select");
    const value = row.querySelector("input");
    const chosen = field.selectedOptions[0];
    value.placeholder = chosen.dataset.example || "";
    if (chosen.value.startsWith("term:") !== operator.value.endsWith("term")) {
      const is_not = operator.value.startsWith("not ") ? "not " : "";
      operator.value = chosen.value.startsWith("term:") ? is_not + "term" : is_not + "equals";
    }
    value.parentElement.hidden = /(is_set|term)$/.test(operator.value);
  }
  function fitAll() {
    document.querySelectorAll("[data-row]").forEach(fit);
  }
  document.addEventListener("change", function (event) {
    const row = event.target.closest("[data-row]");
    if (row) fit(row);
  });
  document.addEventListener("htmx:afterSettle", fitAll);
  fitAll();

  // What is announced to screen readers after a part of the page was replaced.
  document.addEventListener("htmx:afterSettle", function () {
    const said = document.querySelector("[data-announce]");
    const live = document.getElementById("live");
    if (said && live) live.textContent = said.dataset.announce;
  });
})();
