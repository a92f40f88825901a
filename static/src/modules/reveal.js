// <section class="intake-check"> with [data-intake-shown-for="yes partly"] in it: what is asked only beside those
// answers. Without scripts all of it is on the page. [data-intake-cause] starts as the server says: an answer can
// also be a gap because other facts contradict it.
export function startReveals(page) {
  page.querySelectorAll(".intake-check").forEach(startReveal);
}

export function startReveal(check) {
  const name = check.id.replace(/^check-/, "");
  const parts = [...check.querySelectorAll("[data-intake-shown-for]")];
  if (!parts.length) return;
  const show = (part) => {
    const chosen = check.querySelector(`input[name="${CSS.escape(name)}"]:checked`);
    part.hidden = !chosen || !part.dataset.intakeShownFor.split(" ").includes(chosen.value);
  };
  parts.filter((part) => !("intakeCause" in part.dataset)).forEach(show);
  check.addEventListener("change", (event) => {
    if (event.target.name === name) parts.forEach(show);
  });
}
