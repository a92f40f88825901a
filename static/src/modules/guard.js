// <form data-intake-guard>, or ="typed" where the page came with something typed in it: the browser asks before a page with something typed in it is left without sending it.
export function startGuards(page) {
  page.querySelectorAll("form[data-intake-guard]").forEach((form) => {
    let typed = form.dataset.intakeGuard === "typed";
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (typed) event.preventDefault();
    });
  });
}
