"use strict";
// Soạn báo cáo: the text saves itself, says how it is kept, and is kept in this device while there is no connection.
(() => {
  const narrow = matchMedia("(max-width: 56rem)");
  for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = !narrow.matches;
  const form = document.getElementById("section-form");
  if (!form) return;
  const PAUSE = 1500, SOON = 300, AGAIN = 10000;
  const shelf = `soan/${form.dataset.key}`;
  const area = document.getElementById("text");
  let editor = null, dirty = false, saving = false, leaving = false, timer = 0, waiting = null;

  const line = () => document.getElementById("saved");
  const state = () => line().dataset.state;
  const say = (word) => { if (state() !== word) line().dataset.state = word; };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const fields = () => [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "version"].includes(name));

  // What was typed and not saved yet lies on the device's shelf.
  const shelve = () => {
    const kept = { at: Date.now(), who: form.dataset.person, address: form.getAttribute("hx-post"), version: document.getElementById("version").value, fields: fields() };
    try { localStorage.setItem(shelf, JSON.stringify(kept)); } catch { /* no room: the page itself still holds it */ }
  };
  const clear = () => { try { localStorage.removeItem(shelf); } catch { /* nothing was kept */ } };
  const shelved = () => { try { return JSON.parse(localStorage.getItem(shelf)); } catch { return null; } };

  const changed = (wait = PAUSE) => {
    dirty = true;
    shelve();
    if (state() !== "clash") { say("typing"); later(wait); }
  };
  function save() {
    if (!dirty || saving || state() === "clash") return;
    saving = true;
    dirty = false;
    say("saving");
    htmx.trigger(form, "keep");
  }
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    const { status } = event.detail.xhr;
    saving = false;
    if (status === 200) {
      if (dirty) { say("typing"); later(PAUSE); } else clear();
    } else if (status === 401) {
      dirty = true;
      say("signed-out");
    } else if (status === 0 || status >= 500) {
      dirty = true;
      say("offline");
      later(AGAIN);
    } else if (state() === "saving") {
      say("refused");
    }
    if (waiting) { const button = waiting; waiting = null; form.requestSubmit(button); }
  });
  // What is folded out around the text stays so when a save brings it anew.
  document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const open = [...detail.target.querySelectorAll("details")].map((fold) => fold.open);
    detail.fragment.querySelectorAll("details").forEach((fold, at) => { fold.open = open[at] ?? false; });
  });
  addEventListener("online", () => later(0));
  document.body.addEventListener("signed-in", () => later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); dirty = true; save(); }
  });
  form.addEventListener("input", () => changed());
  form.addEventListener("change", () => changed(SOON));
  // A button of the form saves by itself; it waits for a save that is under way, so that nobody clashes with himself.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) { event.preventDefault(); waiting = event.submitter; return; }
    if (leaving) { event.preventDefault(); return; }
    leaving = true;
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("pagehide", () => {
    if (!dirty || leaving || state() === "clash") return;
    fetch(form.getAttribute("hx-post"), { method: "POST", body: new FormData(form), keepalive: true, headers: { "HX-Request": "true" } });
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && ["offline", "signed-out", "clash", "refused"].includes(state()) && shelved()) event.preventDefault();
  });

  // Lines of a table: add, move, remove; their names number them.
  const rows = document.getElementById("rows");
  const isEmpty = (row) => [...row.querySelectorAll("textarea")].every((cell) => !cell.value.trim());
  const renumber = () => [...rows.children].forEach((row, number) => {
    row.querySelector("[data-number]").textContent = number + 1;
    for (const cell of row.querySelectorAll("textarea")) cell.name = `row-${number}-${cell.dataset.key}`;
  });
  const addRow = () => {
    const row = rows.lastElementChild.cloneNode(true);
    for (const cell of row.querySelectorAll("textarea")) cell.value = "";
    rows.append(row);
    renumber();
    return row;
  };
  if (rows) {
    [...rows.children].filter(isEmpty).slice(1).forEach((row) => row.remove());
    document.getElementById("add-row").addEventListener("click", () => addRow().querySelector("textarea").focus());
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      const row = button.closest("[data-row]");
      if (button.dataset.move === "up") row.previousElementSibling?.before(row);
      if (button.dataset.move === "down") row.nextElementSibling?.after(row);
      if (button.dataset.move === "away") {
        if (rows.children.length === 1) addRow();
        row.remove();
      }
      renumber();
      changed(SOON);
      if (button.isConnected) button.focus(); else rows.lastElementChild.querySelector("textarea").focus();
    });
  }

  // What this device still holds from last time is offered, never put in by itself.
  const restore = (kept) => {
    const typed = new Map(kept.fields);
    if (rows) {
      const last = Math.max(-1, ...[...typed.keys()].map((name) => Number(/^row-(\d+)-/.exec(name)?.[1] ?? -1)));
      while (rows.children.length <= last) addRow();
    }
    for (const field of form.elements) {
      if (!field.name || field === area || ["csrfmiddlewaretoken", "version"].includes(field.name)) continue;
      if (field.type === "checkbox") field.checked = typed.has(field.name);
      else if (field.localName !== "button") field.value = typed.get(field.name) ?? "";
    }
    const html = typed.get("html");
    if (area && html !== undefined && editor) editor.commands.setContent(html, { emitUpdate: true });
    else if (area && html !== undefined) { area.name = "html"; area.value = html; }
    else if (area && typed.has("text")) area.value = typed.get("text");
    document.getElementById("version").value = kept.version;
    changed(SOON);
  };
  const saved = async (typed) => (await import(form.dataset.shelf)).isSaved(typed, form);
  const offer = async () => {
    const kept = shelved(), box = document.getElementById("found");
    if (!kept || form.hasAttribute("data-typed")) return;
    if (await saved(kept.fields)) { if (!dirty) clear(); return; }
    document.getElementById("found-at").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, { timeStyle: "short", dateStyle: "short" });
    box.hidden = false;
    document.getElementById("take").addEventListener("click", () => { box.hidden = true; restore(kept); });
    document.getElementById("drop").addEventListener("click", () => { box.hidden = true; clear(); });
  };

  const DOES = {
    bold: (chain) => chain.toggleBold(), italic: (chain) => chain.toggleItalic(), underline: (chain) => chain.toggleUnderline(),
    bulletList: (chain) => chain.toggleBulletList(), orderedList: (chain) => chain.toggleOrderedList(),
    table: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    addRow: (chain) => chain.addRowAfter(), addColumn: (chain) => chain.addColumnAfter(), deleteRow: (chain) => chain.deleteRow(),
    deleteColumn: (chain) => chain.deleteColumn(), deleteTable: (chain) => chain.deleteTable(),
    undo: (chain) => chain.undo(), redo: (chain) => chain.redo(),
  };
  const edit = (made) => {
    const { Editor, Document, Paragraph, Text, HardBreak, Bold, Italic, Underline, BulletList, OrderedList, ListItem, History, Gapcursor, Table, TableRow, TableHeader, TableCell } = made;
    const tools = document.getElementById("tools").content.firstElementChild.cloneNode(true);
    const place = document.createElement("div"), whole = document.createElement("div");
    const label = document.querySelector("label[for=text]");
    label.id = "text-label";
    whole.append(tools, place);
    area.before(whole);
    editor = new Editor({
      element: place, injectCSS: false, content: area.dataset.html,
      extensions: [Document, Paragraph, Text, HardBreak, Bold, Italic, Underline, BulletList, OrderedList, ListItem, History, Gapcursor, Table, TableRow, TableHeader, TableCell],
      editorProps: { attributes: { class: `${area.className} reading`, role: "textbox", "aria-multiline": "true", "aria-labelledby": "text-label" } },
      onUpdate: () => { area.name = "html"; area.value = editor.getHTML(); changed(); },
      onTransaction: () => {
        for (const button of tools.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", editor?.isActive(button.dataset.does) ?? false);
        tools.querySelector("[data-in-table]").hidden = !editor?.isActive("table");
      },
    });
    // The editor's own keys do not reach the form as typing.
    place.addEventListener("input", (event) => event.stopPropagation());
    label.addEventListener("click", () => editor.commands.focus());
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-does]");
      if (button) DOES[button.dataset.does](editor.chain().focus()).run();
    });
    area.hidden = true;
    document.getElementById("text-help").hidden = true;
    if (form.hasAttribute("data-typed")) { area.name = "html"; area.value = editor.getHTML(); }
  };
  // Who has begun to type in the plain field before the editor came goes on in it: nothing typed is put aside.
  const mount = (made) => { if (area.value === area.defaultValue) edit(made); };
  if (area) import(form.dataset.editor).then(mount).catch((error) => console.warn(error)).finally(offer); else offer();
})();
