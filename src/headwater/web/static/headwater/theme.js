// Sets light or dark before the first paint: the person's choice, else the system's.
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const choice = root.dataset.theme || "auto";
    const mode = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    if (root.getAttribute("data-bs-theme") !== mode) {
      root.setAttribute("data-bs-theme", mode);
      document.dispatchEvent(new CustomEvent("headwater:theme"));
    }
  }
  apply();
  dark.addEventListener("change", apply);
})();
