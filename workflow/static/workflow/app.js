"use strict";
// What every page does: the look, the session that ended, forms that are sent once.
(() => {
  const root = document.documentElement;
  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const ready = (run) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", run) : run());

  const keep = (name, value) => {
    if (value) root.dataset[name] = value; else delete root.dataset[name];
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  };
  const dark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set]");
    if (button) {
      const { set, on, off } = button.dataset;
      const isOn = set === "theme" ? dark() : root.dataset[set] === on;
      keep(set, isOn ? off : on);
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog, .drawer")?.[event.target.closest("dialog") ? "close" : "remove"]();
    const copier = event.target.closest("[data-copies]");
    if (copier) navigator.clipboard?.writeText(document.getElementById(copier.dataset.copies).innerText).then(() => { copier.lastChild.textContent = copier.dataset.copied; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
      document.querySelector(".drawer")?.remove();
    }
  });
  // Signing out leaves on this device only what the server does not have yet.
  document.addEventListener("submit", async (event) => {
    const form = event.target, { shelf, person } = form.dataset;
    // A section's form names both for its own words; its buttons say where they lead.
    if (!shelf || !person || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try { await (await import(shelf)).tidy(person); } finally { form.submit(); }
  });
  // A second click on a button that is at work changes nothing, so it is not sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

  ready(() => {
    for (const hidden of document.querySelectorAll("[data-set][hidden], [data-with-script][hidden]")) hidden.hidden = false;
    document.body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = cookie("csrftoken"); });
    const left = document.getElementById("left-here");
    if (left) import(left.dataset.shelf).then(({ owners }) => { left.querySelector("strong").textContent = owners().join(", "); left.hidden = !owners().length; });
    const dialog = document.getElementById("again-dialog");
    document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "again" && !dialog.open) dialog.showModal(); });
    document.body.addEventListener("signed-in", () => {
      dialog.close();
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = cookie("csrftoken");
    });
  });
})();
