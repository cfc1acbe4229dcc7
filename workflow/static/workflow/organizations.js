"use strict";
// A branch that was fetched once folds and unfolds without asking again.
(() => {
  const mark = (opener, open) => opener.setAttribute("aria-expanded", String(open));
  document.addEventListener("htmx:afterSwap", (event) => {
    const opener = document.querySelector(`[data-branch="${event.detail.target.id}"]`);
    if (opener) mark(opener, true);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-branch]");
    if (!opener?.hasAttribute("aria-expanded")) return;
    event.preventDefault();
    const branch = document.getElementById(opener.dataset.branch);
    branch.hidden = !branch.hidden;
    mark(opener, !branch.hidden);
  });
})();
