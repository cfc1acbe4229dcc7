"use strict";
// Setting up a request: Enter searches where one searches, and leaving asks when something is not saved.
(() => {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-enters]");
    if (field && event.key === "Enter") {
      event.preventDefault();
      document.getElementById(field.dataset.enters)?.click();
    }
  });
  let changed = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-guards]")) changed = true; });
  document.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
