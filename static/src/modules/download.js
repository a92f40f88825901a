// [data-intake-download] on a form whose answer is a file: the page stays, so what it said of the last attempt goes.
export function startDownloads(page) {
  page.querySelectorAll("form[data-intake-download]").forEach((form) => {
    form.addEventListener("submit", () => {
      page.querySelectorAll(".govuk-error-summary, .govuk-error-message").forEach((told) => told.remove());
      page.querySelectorAll(".govuk-form-group--error, .govuk-textarea--error, .govuk-select--error").forEach((marked) => {
        marked.classList.remove("govuk-form-group--error", "govuk-textarea--error", "govuk-select--error");
      });
      page.title = page.title.replace(/^Error: /, "");
    });
  });
}
