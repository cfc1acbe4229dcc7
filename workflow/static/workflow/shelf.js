// What was typed here and may not be on the server yet, each on its writer's own shelf: soan/<report>/<section>/<person>.
const ROOM = "soan/", PATIENCE = 4000, NOT_TYPED = ["csrfmiddlewaretoken", "version"];
const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const keys = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(ROOM)); } catch { return []; } };

// Whether a section's form shows what was typed: then the server has it. The editor's text stands in its own attribute.
export const isSaved = (typed, form) => {
  const then = new Map(typed), now = new Map([...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name)));
  if (then.has("html")) { now.delete("text"); now.set("html", form.querySelector("#text")?.dataset.html ?? ""); }
  return [...new Set([...now.keys(), ...then.keys()])].every((name) => (now.get(name) ?? "") === (then.get(name) ?? ""));
};

// Before a person leaves: what the server has goes from this device, what it has not stays for the same person.
export const tidy = (person) => Promise.all(keys().filter((key) => key.endsWith(`/${person}`)).map(async (key) => {
  try {
    const kept = read(key);
    const answer = await fetch(kept.address, { signal: AbortSignal.timeout(PATIENCE) });
    const form = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("section-form");
    if (form && isSaved(kept.fields, form)) localStorage.removeItem(key);
  } catch { /* no connection: it stays */ }
}));

// Whose words still lie here; never the words themselves.
export const owners = () => [...new Set(keys().map((key) => read(key)?.who).filter(Boolean))];
