"use strict";
// One key for the next report in the pile; a field that is being written in keeps its letters.
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  document.querySelector("[data-next]")?.click();
});
