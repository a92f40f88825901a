// <form data-intake-follow> with [data-intake-checks] around its questions and [data-intake-leads] around those
// whose answer may bring up others. The server says which; nothing is saved. Where there is no line, they appear
// when the section is saved.
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { Radios } from "./radios.js";
import { startReveal } from "./reveal.js";

export function startFollowUps(page) {
  page.querySelectorAll("form[data-intake-follow]").forEach((form) => {
    let asking;
    form.addEventListener("change", async (event) => {
      if (!event.target.closest("[data-intake-leads]")) return;
      asking?.abort();
      asking = new AbortController();
      const typed = new FormData(form);
      typed.set("look", "1");
      try {
        const answer = await fetch(form.action, { method: "POST", body: typed, signal: asking.signal });
        if (answer.ok && !answer.redirected) place(form, await answer.text());
      } catch {
        // no line, or a newer question overtook this one
      }
    });
  });
}

function place(form, html) {
  const asked = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".intake-check");
  const checks = form.querySelector("[data-intake-checks]");
  const wanted = new Set();
  let before = null;
  let added = 0;
  asked.forEach((fresh) => {
    wanted.add(fresh.id);
    let here = document.getElementById(fresh.id);
    if (!here) {
      here = document.importNode(fresh, true);
      if (before) before.after(here);
      else checks.prepend(here);
      [CharacterCount, Checkboxes, Radios].forEach((component) => createAll(component, {}, here));
      startReveal(here);
      added += 1;
    } else if (here.hidden) {
      here.hidden = false;
      added += 1;
    }
    before = here;
  });
  // hidden, not removed: what was typed there is still sent
  checks.querySelectorAll(".intake-check").forEach((check) => {
    if (!wanted.has(check.id)) check.hidden = true;
  });
  const told = form.querySelector("[data-intake-announce]");
  if (told) told.textContent = added ? told.dataset.intakeAnnounce : "";
}
