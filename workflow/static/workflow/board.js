"use strict";
// The board: what is marked, the drawer's focus, printing. Everything works without it.
(() => {
  // The row from which the drawer was opened, by its address: the rows are drawn anew after a verb.
  let opener = "";
  const back = () => [...document.querySelectorAll("#many a")].find((one) => one.getAttribute("href") === opener)?.focus();
  const marks = () => [...document.querySelectorAll('#many input[name="report"]')];
  const count = () => {
    const line = document.querySelector("#many [data-marked]");
    if (!line) return;
    line.dataset.empty ??= line.textContent;
    const all = document.querySelector("#many input[data-all]:checked");
    const number = all ? all.dataset.all : marks().filter((one) => one.checked).length;
    line.textContent = Number(number) ? `${line.dataset.marked}: ${number}` : line.dataset.empty;
    const head = document.querySelector("#many [data-marks-all]");
    if (head) head.checked = marks().length > 0 && marks().every((one) => one.checked);
  };
  const reveal = () => { for (const one of document.querySelectorAll("#results [data-with-script][hidden], #drawer [data-with-script][hidden]")) one.hidden = false; };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-marks-all]")) for (const one of marks()) one.checked = event.target.checked;
    if (event.target.closest("#many")) count();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-prints]")) print();
    if (event.target.closest("[data-closes]")) back();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    reveal();
    count();
    if (event.detail.target.id !== "drawer") return;
    opener = document.activeElement?.closest("#many a")?.getAttribute("href") ?? opener;
    document.querySelector("#drawer .drawer")?.focus();
  });
  addEventListener("pageshow", count);
})();
