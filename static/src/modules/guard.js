// <form data-intake-guard>: the browser asks before a page with something typed in it is left without sending it.
export function startGuards(page) {
  page.querySelectorAll("form[data-intake-guard]").forEach((form) => {
    let typed = false;
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (typed) event.preventDefault();
    });
  });
}
